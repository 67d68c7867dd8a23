SHADOW = 'decimal'
