import raises


def handler(event, context):
    return raises.VALUE
