from pkg import nothing_of_that_name


def handler(event, context):
    return event
