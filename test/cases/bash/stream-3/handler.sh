stream 3
echo working
echo part >&3
