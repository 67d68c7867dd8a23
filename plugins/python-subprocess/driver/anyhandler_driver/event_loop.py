"""The event loop of `async def` handlers: one for the life of the worker, so that a client made in one event works in the next."""

import asyncio
import warnings


def wait(awaitable):
    """The result of anything that can be awaited."""
    try:
        return _current_loop().run_until_complete(_result(awaitable))
    except asyncio.CancelledError as error:
        # This is no subclass of Exception, but the handler has failed.
        raise Cancelled("the handler was cancelled") from error


async def _result(awaitable):
    return await awaitable


class Cancelled(Exception):
    """The invoker sees this class with the name of asyncio's own."""


Cancelled.__name__ = "CancelledError"


_loop = None


def _current_loop():
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = _find_loop()
    return _loop


def _find_loop():
    """The loop that the handler's module made current. If there is none, a new one becomes current."""
    with warnings.catch_warnings():
        # Without a current loop Python 3.12 makes one with a warning; 3.14 raises an exception.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError:
            loop = None
    if loop is None or loop.is_closed():
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop
