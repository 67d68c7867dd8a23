import sys

from loguru import logger

logger.remove()
logger.add(sys.stdout, format="{level} {message}", backtrace=False)


def handler(event, context):
    logger.info("an order of {}", event)
    logger.bind(a=1).error("two\nlines")
    logger.complete()
    return event
