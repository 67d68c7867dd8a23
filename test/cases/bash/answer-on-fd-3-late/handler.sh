if [[ $1 == 3 ]]; then echo three >&3; else echo one; fi
