"""What a handler gets: it answers with Python's own view of the event."""


def handler(event, context):
    return repr(event) if depth(event) < 200 else "deep"


def depth(value):
    count = 0
    while isinstance(value, list) and value:
        value = value[0]
        count += 1
    return count


def echo(event, context):
    return event
