echo "$HOME"
cd
pwd
sh -c 'echo "$HOME"'
