"""The other names of AWS's `awslambdaric.bootstrap`. Imported when one of them is first used."""

import logging  # noqa: F401 - first: it imports .logs itself

from .context import LambdaContext
from .failures import extract_traceback, log_error, make_error, make_xray_fault, to_json
from .fault import Fault as FaultException
from .loading import load_handler
from .logs import JsonFormatter, LambdaLoggerFilter, LambdaLoggerHandler, LambdaLoggerHandlerWithFrameType
from .records import LogSink

FramedTelemetryLogSink = StandardLogSink = LogSink

__all__ = [
    "FaultException",
    "JsonFormatter",
    "LambdaContext",
    "LambdaLoggerFilter",
    "LambdaLoggerHandler",
    "LambdaLoggerHandlerWithFrameType",
    "extract_traceback",
    "log_error",
    "make_error",
    "make_xray_fault",
    "to_json",
]


def _get_handler(handler):
    return load_handler({"target": handler})
