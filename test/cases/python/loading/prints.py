import logging
import sys

print("while it is imported")
print("to stderr", file=sys.stderr)
logging.warning("logged while it is imported")


def handler(event, context):
    return event
