echo one
if true; then
