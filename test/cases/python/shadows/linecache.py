SHADOW = 'linecache'
