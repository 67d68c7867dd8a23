# the file is in latin-1: ü
def handler(event, context):
    return event
