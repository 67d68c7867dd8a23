SHADOW = 'quopri'
