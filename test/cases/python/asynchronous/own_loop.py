"""A module that makes a loop of its own at import, as many do."""
import asyncio

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)


async def handler(event, context):
    return asyncio.get_running_loop() is loop
