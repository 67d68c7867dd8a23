SHADOW = 'logging'
