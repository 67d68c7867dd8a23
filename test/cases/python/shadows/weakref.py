SHADOW = 'weakref'
