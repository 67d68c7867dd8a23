if [[ $1 == 1 ]]; then echo three >/dev/fd/3; else echo one >/dev/stdout; fi
