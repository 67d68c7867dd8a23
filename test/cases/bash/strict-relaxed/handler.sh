set +e
false
echo went on
