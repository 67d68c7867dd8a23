def handler(event, context):
    return [__file__.rsplit("/", 1)[1], event]


def fails(event, context):
    raise ValueError("with a json.py beside it")
