"""What ends a handler and is no Exception."""
import asyncio
import os
import signal


def handler(event, context):
    if event == "KeyboardInterrupt":
        raise KeyboardInterrupt
    if event == "CancelledError":
        raise asyncio.CancelledError
    if event == "SIGINT":
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    if event == "GeneratorExit":
        raise GeneratorExit
    return event


async def coroutine(event, context):
    if event == "KeyboardInterrupt":
        raise KeyboardInterrupt
    return event
