"""What goes to the log: the event names the way."""
import logging
import os
import subprocess
import sys
import threading
import warnings

log = logging.getLogger("my.app")
WAYS = {}


def way(function):
    WAYS[function.__name__] = function
    return function


@way
def prints():
    print("printed")
    print("two", "words", sep=" - ")
    print("to stderr", file=sys.stderr)
    print("flushed", flush=True)


@way
def prints_several_lines():
    print("first\nsecond\n\nfourth")


@way
def prints_unicode():
    print("Łódź 日本 🎉")


@way
def writes():
    sys.stdout.write("without newline, ")
    sys.stdout.write("then with\n")
    sys.stdout.writelines(["a", "b\n", "c\n"])
    sys.stderr.write("stderr\n")
    sys.stdout.buffer.write(b"bytes\n")
    sys.stdout.flush()
    sys.stdout.buffer.flush()


@way
def levels():
    for name in ("debug", "info", "warning", "error", "critical"):
        getattr(logging, name)("a %s message", name)


@way
def levels_when_all_are_wanted():
    root = logging.getLogger()
    old = root.level
    root.setLevel(logging.DEBUG)
    for name in ("debug", "info", "warning", "error", "critical"):
        getattr(log, name)("a %s message", name)
    log.log(25, "between")
    log.log(5, "below")
    root.setLevel(old)


@way
def arguments():
    log.warning("%s and %d and %r", "text", 5, [1])
    log.warning("a dict: %(a)s", {"a": 1})
    log.warning({"event": "a dict as message", "n": 1})
    log.warning(["a", "list"])
    log.warning("percent 100%")


@way
def several_lines():
    log.error("first\nsecond")


@way
def unicode_message():
    log.error("Łódź 日本 🎉 \"quoted\"")


@way
def exception():
    try:
        int("x")
    except ValueError:
        log.exception("it failed")


@way
def after_exception():
    log.error("the next record")


@way
def extra():
    log.warning("with extra", extra={"order": 17, "tags": ["a"], "who": {"name": "Ü"}, "odd": {1, }, "nothing": None})


@way
def custom_level_name():
    logging.addLevelName(35, "NOTICE")
    log.log(35, "a notice")


@way
def warning():
    warnings.warn("be careful", stacklevel=2)


@way
def descriptors():
    os.write(1, b"to descriptor 1\n")
    os.write(2, b"to descriptor 2\n")
    with open("/dev/stdout", "a") as stdout:
        stdout.write("to /dev/stdout\n")


@way
def child_process():
    subprocess.run(["sh", "-c", "echo from a child; echo its stderr >&2"], check=True)
    os.system("echo from the shell")


@way
def thread():
    one = threading.Thread(target=lambda: (print("from a thread"), log.error("logged in a thread")))
    one.start()
    one.join()


@way
def order():
    print("1")
    sys.stderr.write("2\n")
    log.error("3")
    os.write(1, b"4\n")
    subprocess.run(["echo", "5"], check=True)
    print("6")


@way
def set_up():
    root = logging.getLogger()
    handlers = [type(handler).__name__ for handler in root.handlers]
    logging.basicConfig(level=logging.DEBUG)
    return {"handlers": len(handlers), "level": root.level, "after": len(root.handlers), "sink": hasattr(root.handlers[0], "log_sink")}


@way
def other_format():
    handler = logging.getLogger().handlers[0]
    old = handler.formatter
    handler.setFormatter(logging.Formatter("%(levelname)s %(aws_request_id)s %(message)s\n"))
    log.error("in another format")
    handler.setFormatter(old)


@way
def own_handler():
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("own: %(message)s"))
    log.addHandler(handler)
    log.propagate = False
    log.error("through a handler of its own")
    log.removeHandler(handler)
    log.propagate = True


@way
def json_line():
    print('{"level": "info", "message": "a line that is JSON"}')


@way
def long_line():
    print("x" * 300_000)


@way
def failure():
    log.error("before the failure")
    raise ValueError("and\nthe failure")


@way
def nothing():
    return None


def handler(event, context):
    return WAYS[event]()


def by_context(event, context):
    context.log("through the context\n")
    context.log("Łódź\n")
