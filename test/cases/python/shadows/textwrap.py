SHADOW = 'textwrap'
