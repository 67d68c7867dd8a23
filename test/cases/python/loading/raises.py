import os


def set_up():
    return os.environ["NO_SUCH_VARIABLE"]


VALUE = set_up()


def handler(event, context):
    return event
