respond() { echo "my own"; }
