SHADOW = 're'
