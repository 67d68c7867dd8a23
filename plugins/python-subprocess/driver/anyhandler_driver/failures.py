"""Errors as AWS's client reports them: the JSON for the invoker, the record for the log. Imported with the first failure."""

import os
import sys
import time

from . import state
from .fault import Fault
from .own import Standard, load
from .records import SINK
from .values import encode

json = load("json")
traceback = load("traceback")

OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# Keeps the indentation of a stack trace that is one record of the log.
NO_BREAK_SPACE = "\u00a0"
# The host replaces a longer header by a shorter one.
MAX_CAUSE = 65_536


def report(error, request_id=""):
    """Logs a failure; gives the error JSON, and the description for X-Ray if it isn't too long."""
    # traceback imports some of its modules on demand.
    with Standard():
        frames = frames_of(error)
        body = error_body(error, request_id, frames)
    log_error(body, SINK)
    # AWS's client calls its own failures so.
    kind = "LambdaValidationError" if isinstance(error, Fault) else body["errorType"]
    # In ASCII, because it becomes a header.
    cause = json.dumps(make_xray_fault(kind, body["errorMessage"], _working_directory(), frames))
    return to_json(body), cause if len(cause) <= MAX_CAUSE else ""


def error_body(error, request_id, frames):
    """The error JSON, its keys in AWS's order."""
    if isinstance(error, Fault):
        return make_error(_message(error), error.exception_type, error.trace, request_id)
    return make_error(_message(error), type(error).__name__, traceback.format_list(frames), request_id)


def make_error(error_message, error_type, stack_trace, invoke_id=None):
    return {
        "errorMessage": error_message or "",
        "errorType": error_type or "",
        "requestId": invoke_id or "",
        "stackTrace": stack_trace or [],
    }


def to_json(value):
    return str(encode(value), "utf-8")


def _message(error):
    try:
        return error.msg if isinstance(error, Fault) else str(error)
    except Exception:  # the exception's own method is broken
        return "<exception str() failed>"


def frames_of(error):
    """File, line, function and code of each frame from the handler on. Earlier frames belong to the
    driver or to asyncio.
    """
    if isinstance(error, Fault):
        return []
    return extract_traceback(without_own(error.__traceback__))


def without_own(stack):
    """The stack from the handler on."""
    ours = [OWN_FOLDER]
    if "asyncio" in sys.modules:
        ours.append(os.path.dirname(sys.modules["asyncio"].__file__) + os.sep)
    while stack is not None and stack.tb_frame.f_code.co_filename.startswith(tuple(ours)):
        stack = stack.tb_next
    return stack


def extract_traceback(stack):
    return [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(stack)]


def make_xray_fault(ex_type, ex_msg, working_dir, tb_tuples):
    """X-Ray's description of a failure."""
    stack = [{"label": name, "path": path, "line": line} for path, line, name, _ in tb_tuples]
    return {
        "working_directory": working_dir,
        "exceptions": [{"message": ex_msg, "type": ex_type, "stack": stack}],
        "paths": list({frame["path"]: None for frame in stack}),
    }


def _working_directory():
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


def log_error(error_result, log_sink):
    if state.LOG_FORMAT == "JSON":
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        log_sink.log_error([to_json({"timestamp": stamp, "level": "ERROR", **error_result})])
        return
    error_type, message = error_result.get("errorType"), error_result.get("errorMessage")
    lines = ["[ERROR]" + _prefixed(" ", error_type) + _prefixed(": " if error_type else " ", message)]
    lines.append("Traceback (most recent call last):")
    for entry in error_result.get("stackTrace") or []:
        lines.extend([_indented(line) for line in entry.splitlines()] or [""])
    log_sink.log_error(lines)


def _prefixed(prefix, text):
    return prefix + text if text else ""


def _indented(line):
    text = line.lstrip(" ")
    return NO_BREAK_SPACE * (len(line) - len(text)) + text
