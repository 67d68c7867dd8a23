respond 200 'no colon' || echo "status $?"
respond 20 || echo "status $?"
respond $'X: a\nb' || echo "status $?"
