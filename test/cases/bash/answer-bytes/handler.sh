printf '\0\377\0\200a\n'
