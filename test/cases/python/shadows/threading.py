SHADOW = 'threading'
