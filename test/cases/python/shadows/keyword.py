SHADOW = 'keyword'
