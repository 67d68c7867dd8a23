SHADOW = 'enum'
