SHADOW = 'traceback'
