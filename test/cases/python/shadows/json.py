SHADOW = 'json'
