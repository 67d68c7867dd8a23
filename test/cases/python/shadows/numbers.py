SHADOW = 'numbers'
