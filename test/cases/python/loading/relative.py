from .. import outside


def handler(event, context):
    return event
