SHADOW = 'token'
