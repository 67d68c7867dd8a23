tail -n +3 "$0"
exit
an archive ) ( " 
