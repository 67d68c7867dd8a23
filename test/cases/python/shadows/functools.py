SHADOW = 'functools'
