"""The event loop of `async def` handlers: one for the life of the worker, so that a client made in one event works in the next."""

import asyncio
import warnings


def wait(awaitable):
    """The result of anything that can be awaited."""
    try:
        return _current_loop().run_until_complete(_result(awaitable))
    except asyncio.CancelledError as error:
        # No Exception, but the handler's failure all the same.
        raise Cancelled("the handler was cancelled") from error


async def _result(awaitable):
    return await awaitable


class Cancelled(Exception):
    """Named as asyncio's own in the error that the invoker sees."""


Cancelled.__name__ = "CancelledError"


_loop = None


def _current_loop():
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = _find_loop()
    return _loop


def _find_loop():
    """The one that the handler's module made current, or one of our own that is current from now on."""
    with warnings.catch_warnings():
        # Python 3.12 warns of a loop that it makes here, 3.14 raises.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError:
            loop = None
    if loop is None or loop.is_closed():
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop
