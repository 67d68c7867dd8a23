: "${NAME:?must be set}"
echo x
