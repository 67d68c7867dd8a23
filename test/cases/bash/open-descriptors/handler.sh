for file in /proc/self/fd/*; do
  n=${file##*/}
  [[ -e $file ]] && ((n > 3)) && others+=("$n")
done
echo "${#others[@]}"
