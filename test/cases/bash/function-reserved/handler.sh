h() { echo "my own"; }
