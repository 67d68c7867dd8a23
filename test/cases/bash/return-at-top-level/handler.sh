(return 0 2>/dev/null) && echo sourced
return 0
echo x
