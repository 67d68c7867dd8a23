# Answers with the event in capitals. The event is on standard input, and standard output is the answer.
tr '[:lower:]' '[:upper:]'
