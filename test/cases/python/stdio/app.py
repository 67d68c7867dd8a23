"""What handlers do with the standard streams."""
import io
import os
import subprocess
import sys


def handler(event, context):
    return WAYS[event]()


def detach(name):
    stream = getattr(sys, name)
    raw = stream.detach()
    setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", line_buffering=True))
    print("after detach of", name, file=getattr(sys, name))


def wrap(name):
    setattr(sys, name, io.TextIOWrapper(getattr(sys, name).buffer, encoding="utf-8", line_buffering=True))
    print("after a wrapper around", name, file=getattr(sys, name))


def seekable():
    return [sys.stdout.seekable(), sys.stderr.seekable(), sys.stdout.buffer.seekable(), os.isatty(1)]


CHILD = """
import io, os, sys
sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="utf-8")
sys.stderr = io.TextIOWrapper(sys.stderr.buffer, encoding="utf-8")
print("from the child", sys.stdout.seekable())
print("its stderr", file=sys.stderr)
for number in (1, 2):
    try:
        os.lseek(number, 0, 1)
        print("can be sought")
    except OSError as error:
        print(error.errno)
"""


def child():
    return subprocess.run([sys.executable, "-c", CHILD]).returncode


def log():
    import logging

    print("printed")
    print("to stderr", file=sys.stderr)
    logging.error("logged")


def names():
    return [sys.stdout.name, sys.stderr.name, sys.stdout.encoding.lower(), sys.stdout.errors, sys.stderr.errors, sys.stdout.mode]


WAYS = {
    "names": names,
    "seekable": seekable,
    "detach stdout": lambda: detach("stdout"),
    "detach stderr": lambda: detach("stderr"),
    "wrap stdout": lambda: wrap("stdout"),
    "wrap stderr": lambda: wrap("stderr"),
    "child": child,
    "log": log,
}


def only_detach(event, context):
    if event:
        sys.stdout.detach()
        sys.stderr.detach()
    else:
        print("printed")
        print("to stderr", file=sys.stderr)
