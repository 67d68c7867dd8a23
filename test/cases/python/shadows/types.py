SHADOW = 'types'
