"""`async def` handlers, and what else can be awaited."""
import asyncio
import contextvars

VARIABLE = contextvars.ContextVar("variable", default="unset")
state = {}


async def echo(event, context):
    await asyncio.sleep(0.001)
    return event


async def gathers(event, context):
    async def square(number):
        await asyncio.sleep(0.001)
        return number * number

    return await asyncio.gather(*map(square, event))


async def fails(event, context):
    await asyncio.sleep(0)
    raise ValueError("in a coroutine")


async def keeps_the_loop(event, context):
    """What was made in one event works in the next."""
    loop = asyncio.get_running_loop()
    if "queue" not in state:
        state["loop"] = loop
        state["queue"] = asyncio.Queue()
        state["task"] = asyncio.create_task(consume())
    await state["queue"].put(event)
    await asyncio.sleep(0.01)
    return [loop is state["loop"], state["got"]]


async def consume():
    state["got"] = []
    while True:
        state["got"].append(await state["queue"].get())


async def context_variable(event, context):
    before = VARIABLE.get()
    VARIABLE.set(event)
    return before


async def cancels_itself(event, context):
    asyncio.current_task().cancel()
    await asyncio.sleep(1)


async def exits(event, context):
    raise SystemExit(3)


async def returns_bytes(event, context):
    return b"raw"


async def returns_set(event, context):
    return {1}


class Awaitable:
    def __await__(self):
        yield from asyncio.sleep(0.001).__await__()
        return "awaited"


def returns_awaitable(event, context):
    return Awaitable()


def uses_asyncio_run(event, context):
    return asyncio.run(echo(event, context))
