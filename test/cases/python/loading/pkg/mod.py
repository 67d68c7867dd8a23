from . import sibling
from .deep import leaf


def handler(event, context):
    return [__name__, __package__, sibling.NAME, leaf.NAME]
