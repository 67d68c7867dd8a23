SHADOW = 'contextlib'
