x=é日
echo "${#x} ${#1} $LANG $LC_ALL"
