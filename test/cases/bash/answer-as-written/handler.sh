printf '\n  two\n\n\n'
