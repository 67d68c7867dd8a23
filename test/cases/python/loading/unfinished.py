def handler(event, context):
    return "unfinished
