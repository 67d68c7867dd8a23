def handler(event, context):
    return [__name__, "the folder is the module"]
