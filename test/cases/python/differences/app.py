"""Handlers with which AWS's client and this one differ on purpose."""
import logging

log = logging.getLogger()


def surrogate(event, context):
    return "half a pair: \ud83c" if event == "answer" else echo(event)


def echo(event, context=None):
    return event


def surrogate_error(event, context):
    raise ValueError("half a pair: \ud83c")


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def unprintable(event, context):
    if event == "fail":
        raise Unprintable
    return event


def no_exception(event, context):
    log.error("no exception", exc_info=True)
    return "well"


def context_without_newline(event, context):
    context.log("no newline")
    context.log(5)


def generator(event, context):
    yield "streamed"


async def coroutine(event, context):
    return "awaited"
