"""Public reports about Python on Lambda, tried: docs/decisions/field-reports.md names them."""
import asyncio
import datetime
import decimal
import json
import logging
import multiprocessing
import re
import subprocess
import sys
from collections import OrderedDict, defaultdict
from dataclasses import dataclass

WAYS = {}


def way(function):
    WAYS[function.__name__] = function
    return function


def handler(event, context):
    return WAYS[event](context)


@way
def stream_handler_by_basic_config(context):
    """Nothing happens: the root logger has a handler already."""
    logging.basicConfig(level=logging.INFO, format="own %(message)s", handlers=[logging.StreamHandler(sys.stdout)])
    logging.getLogger("reports").info("not seen")
    logging.getLogger("reports").warning("seen")


@way
def root_handlers_removed(context):
    root = logging.getLogger()
    old = root.handlers[:]
    for one in old:
        root.removeHandler(one)
    logging.basicConfig(level=logging.INFO, format="own %(message)s", stream=sys.stdout)
    logging.info("in its own format")
    root.handlers[:] = old
    root.setLevel(logging.WARNING)


@way
def handler_and_propagation(context):
    """Twice: by its own handler, and by the root's."""
    log = logging.getLogger("twice")
    own = logging.StreamHandler(sys.stdout)
    log.addHandler(own)
    log.error("said twice")
    log.removeHandler(own)


@way
def datetime_in_answer(context):
    return {"at": datetime.datetime(2026, 11, 28)}


@way
def pattern_in_answer(context):
    return re.compile("a")


@way
def decimals_in_answer(context):
    return {"price": decimal.Decimal("1.10"), "large": decimal.Decimal("1E+400"), "none": decimal.Decimal("NaN")}


@way
def ordered_and_default_dicts(context):
    found = defaultdict(list)
    found["b"].append(1)
    return [OrderedDict(a=1), found]


@dataclass
class Point:
    x: int


@way
def dataclass_in_answer(context):
    return Point(1)


client = None


async def _with_client():
    """A client that belongs to the loop on which it was made."""
    global client
    client = client or asyncio.get_running_loop()
    return client is asyncio.get_running_loop()


def loop_of_a_client(event, context):
    """asyncio.run makes a loop each time; a loop that is kept serves a client that is kept."""
    try:
        loop = asyncio.get_event_loop()
    except RuntimeError:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop.run_until_complete(_with_client())


def asyncio_run(event, context):
    return asyncio.run(_with_client())


@way
def lock_of_multiprocessing(context):
    lock = multiprocessing.Lock()
    with lock:
        return "locked"


def square(number):
    return number * number


@way
def spawned_function_of_the_handlers_module(context):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return pool.map(square, [1, 2, 3])


@way
def pipe_and_process(context):
    """The way around a missing /dev/shm."""
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(json.dumps({"a": 1})))
    process.start()
    found = ours.recv()
    process.join()
    return found


@way
def output_before_the_end(context):
    print("what led to it")
    sys.stdout.flush()
    import os

    os._exit(3)


@way
def own_interpreter(context):
    """A script of the function's own, started as a child, imports what lies in the task root."""
    return subprocess.run([sys.executable, "-c", "import app; print(app.square(3))"], capture_output=True, text=True).stdout
