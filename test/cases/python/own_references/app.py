"""Looks at what the driver has loaded, and takes it away."""
import sys
import time
import types

BEFORE = [name for name in ("json", "logging", "decimal", "traceback") if name in sys.modules]


def imported(event, context):
    finder = sys.meta_path[0]
    start = time.perf_counter()
    finder.find_spec("not_one_of_them")
    finder.find_spec("traceback")
    seconds = time.perf_counter() - start
    return [BEFORE, seconds]


def fakes(names):
    for name in names:
        sys.modules[name] = types.ModuleType(name)
    raise ValueError("with fakes")


def fakes_json(event, context):
    fakes(["json"])


def fakes_everything(event, context):
    fakes(["json", "traceback", "re", "linecache", "tokenize", "time", "types", "logging", "string", "textwrap", "contextlib", "token"])
