import os

AT_IMPORT = os.environ["_HANDLER"]


def handler(event, context):
    return [AT_IMPORT, os.environ["_HANDLER"]]
