SHADOW = 'collections'
