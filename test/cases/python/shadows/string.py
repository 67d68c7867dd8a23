SHADOW = 'string'
