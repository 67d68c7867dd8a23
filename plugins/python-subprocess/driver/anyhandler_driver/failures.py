"""Errors as AWS's client reports them: the JSON for the invoker, the lines for the log. Imported with the first failure."""

import os
import sys
import traceback

from . import state
from .fault import Fault
from .values import encode

OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
# Keeps the indentation of a stack trace that is one line of the log.
NO_BREAK_SPACE = "\u00a0"


def describe(error, request_id=""):
    """The error JSON as a dictionary, in AWS's order of keys."""
    if isinstance(error, Fault):
        return _body(str(error), error.error_type, request_id, error.stack_trace)
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames_of(error)]
    return _body(_message(error), type(error).__name__, request_id, traceback.format_list(frames))


def _message(error):
    try:
        return str(error)
    except Exception:  # the exception's own method is broken
        return "<exception str() failed>"


def _body(message, error_type, request_id, stack_trace):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": stack_trace}


def frames_of(error):
    """The stack from the handler on: what led to it is ours, or asyncio's on our behalf."""
    frames = list(traceback.extract_tb(error.__traceback__))
    ours = [OWN_FOLDER]
    if "asyncio" in sys.modules:
        ours.append(os.path.dirname(sys.modules["asyncio"].__file__) + os.sep)
    while frames and frames[0].filename.startswith(tuple(ours)):
        del frames[0]
    return frames


def report(error, request_id=""):
    """Logs a failure and gives the payload of its `failed` frame."""
    body = describe(error, request_id)
    try:
        _log(body)
    except Exception:  # standard output is closed or replaced: the invoker is still told
        pass
    return encode(body)


def _log(body):
    if state.LOG_FORMAT == "JSON":
        import time

        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        record = encode({"timestamp": stamp, "level": "ERROR", **body}).decode()
    else:
        lines = ["[ERROR]" + _prefixed(" ", body["errorType"]) + _prefixed(": " if body["errorType"] else " ", body["errorMessage"])]
        lines.append("Traceback (most recent call last):")
        for entry in body["stackTrace"]:
            lines.extend([_indented(line) for line in entry.splitlines()] or [""])
        record = "\r".join(lines)
    sys.stdout.write(record + "\n")


def _prefixed(prefix, text):
    return prefix + text if text else ""


def _indented(line):
    text = line.lstrip(" ")
    return NO_BREAK_SPACE * (len(line) - len(text)) + text
