"""Errors as AWS's client reports them: the JSON for the invoker, the lines for the log. Imported with the first failure."""

import json
import os
import sys
import time
import traceback

from . import state
from .fault import Fault
from .values import encode

OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
# Keeps the indentation of a stack trace that is one line of the log.
NO_BREAK_SPACE = "\u00a0"
# A longer header is of no use: the host makes a shorter one.
MAX_CAUSE = 65_536


def report(error, request_id=""):
    """Logs a failure; gives the error JSON, and the description for X-Ray if it isn't too long."""
    frames = _frames_of(error)
    body = _body(error, request_id, frames)
    try:
        _log(body)
    except Exception:  # standard output is closed or replaced: the invoker is still told
        pass
    cause = _cause(error, body, frames)
    return encode(body), cause if len(cause) <= MAX_CAUSE else b""


def _body(error, request_id, frames):
    """The error JSON, its keys in AWS's order."""
    if isinstance(error, Fault):
        error_type, stack_trace = error.error_type, error.stack_trace
    else:
        error_type, stack_trace = type(error).__name__, traceback.format_list(frames)
    return {
        "errorMessage": _message(error),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": stack_trace,
    }


def _message(error):
    try:
        return str(error)
    except Exception:  # the exception's own method is broken
        return "<exception str() failed>"


def _frames_of(error):
    """File, line, function and code of the stack from the handler on: what led to it is ours, or asyncio's on our behalf."""
    if isinstance(error, Fault):
        return []
    frames = [
        (frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(error.__traceback__)
    ]
    ours = [OWN_FOLDER]
    if "asyncio" in sys.modules:
        ours.append(os.path.dirname(sys.modules["asyncio"].__file__) + os.sep)
    start = 0
    while start < len(frames) and frames[start][0].startswith(tuple(ours)):
        start += 1
    return frames[start:]


def _cause(error, body, frames):
    """X-Ray's description of the failure, in ASCII, as a header needs it."""
    stack = [{"label": name, "path": path, "line": line} for path, line, name, _ in frames]
    # AWS's client calls its own failures so.
    kind = "LambdaValidationError" if isinstance(error, Fault) else body["errorType"]
    cause = {
        "working_directory": _working_directory(),
        "exceptions": [{"message": body["errorMessage"], "type": kind, "stack": stack}],
        "paths": list({frame["path"]: None for frame in stack}),
    }
    return json.dumps(cause).encode("ascii")


def _working_directory():
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


def _log(body):
    if state.LOG_FORMAT == "JSON":
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        record = encode({"timestamp": stamp, "level": "ERROR", **body}).decode()
    else:
        lines = [
            "[ERROR]"
            + _prefixed(" ", body["errorType"])
            + _prefixed(": " if body["errorType"] else " ", body["errorMessage"])
        ]
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
