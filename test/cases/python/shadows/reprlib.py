SHADOW = 'reprlib'
