import os

AT_IMPORT = os.environ["_HANDLER"]


def lambda_handler(event, context):
    return [AT_IMPORT, os.environ["_HANDLER"]]
