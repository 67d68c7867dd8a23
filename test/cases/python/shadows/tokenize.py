SHADOW = 'tokenize'
