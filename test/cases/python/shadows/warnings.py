SHADOW = 'warnings'
