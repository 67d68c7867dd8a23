# The event in capitals, from standard input to standard output.
tr '[:lower:]' '[:upper:]'
