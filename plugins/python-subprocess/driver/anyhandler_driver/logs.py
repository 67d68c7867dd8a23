"""AWS's handlers and formats for `logging`. Imported together with it."""

import json
import logging
import time
import traceback

from . import state
from .records import JSON, SINK, TEXT

TEXT_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
TEXT_TIME = "%Y-%m-%dT%H:%M:%S"
JSON_TIME = "%Y-%m-%dT%H:%M:%SZ"
# The attributes of every record; all others came with `extra`.
STANDARD = frozenset(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName created msecs relativeCreated"
    " thread threadName processName process aws_request_id tenant_id _frame_type".split()
)
LEVEL_BITS = {0: 0, 10: 0x08, 20: 0x0C, 30: 0x10, 40: 0x14, 50: 0x18}


def format_level(record):
    return min(50, max(0, record.levelno)) // 10 * 10


def frame_type(form, level):
    return (form | LEVEL_BITS[level]).to_bytes(4, "big")


class LambdaLoggerHandler(logging.Handler):
    def __init__(self, log_sink):
        super().__init__()
        self.log_sink = log_sink

    def emit(self, record):
        self.log_sink.log(self.format(record))


class LambdaLoggerHandlerWithFrameType(LambdaLoggerHandler):
    def emit(self, record):
        text = self.format(record)
        self.log_sink.log(text, getattr(record, "_frame_type", None) or frame_type(TEXT, format_level(record)))


class LambdaLoggerFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = state.request_id
        record.tenant_id = state.tenant_id
        return True


class JsonFormatter(logging.Formatter):
    """One record in AWS's JSON format. A value that json doesn't know becomes its text."""

    def __init__(self):
        super().__init__(datefmt=JSON_TIME)

    def format(self, record):
        record.levelno = format_level(record)
        record.levelname = logging.getLevelName(record.levelno)
        record._frame_type = frame_type(JSON, record.levelno)
        whole = isinstance(record.msg, dict) and not record.args
        # With exc_info=True outside of an except block, it is a tuple of None.
        error = record.exc_info if record.exc_info and record.exc_info[0] else None
        fields = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.msg if whole else record.getMessage(),
            "logger": record.name,
            "stackTrace": error and traceback.format_tb(error[2]),
            "errorType": error and error[0].__name__,
            "errorMessage": error and str(error[1]),
            "requestId": getattr(record, "aws_request_id", None),
            "location": error and "%s:%s:%s" % (record.pathname, record.funcName, record.lineno),
        }
        if getattr(record, "tenant_id", None) is not None:
            fields["tenantId"] = record.tenant_id
        for key, value in record.__dict__.items():
            if key not in STANDARD and key not in fields:
                fields[key] = value
        shown = {key: value for key, value in fields.items() if value is not None}
        return json.dumps(shown, ensure_ascii=False, default=str) + "\n"


def install():
    """Sets up the root logger as AWS's client does before it imports a handler."""
    as_json = state.LOG_FORMAT == "JSON"
    logging.Formatter.converter = time.gmtime
    handler = (LambdaLoggerHandlerWithFrameType if as_json or state.LOG_LEVEL else LambdaLoggerHandler)(SINK)
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(TEXT_FORMAT, TEXT_TIME))
    handler.addFilter(LambdaLoggerFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    if state.LOG_LEVEL in logging._nameToLevel:
        root.setLevel(state.LOG_LEVEL)
