def handler(event, context):
    return [__file__.rsplit("/", 1)[1], event]
