SHADOW = 'copyreg'
