SHADOW = 'operator'
