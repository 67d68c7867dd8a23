def handler(event, context):
    return [__name__, "a folder without __init__.py"]
