import email.message


def handler(event, context):
    return [__name__, email.message.__name__]
