import syntax_error


def handler(event, context):
    return event
