"""Finished records of the log. They stand between printed lines, so that the order is kept: see
"Records" in docs/child-languages.md.
"""

import os
import sys

from . import state
from .output import KEPT_FD, end_line, flush

_mark = None
_LEVELS = {0x08: b"DEBUG", 0x0C: b"INFO", 0x10: b"WARN", 0x14: b"ERROR", 0x18: b"FATAL"}
TEXT = 0xA55A0003
JSON = 0xA55A0002
ERROR = 0x14


def use_mark(text):
    """The bytes that begin a record, as the host asked."""
    global _mark
    _mark = b"\0" + text.encode()


def write_record(text, frame_type=TEXT):
    """A record with any lines; `frame_type` is the type of AWS's telemetry frames, with the bits of
    a level.
    """
    flush()
    if _mark is None:
        # This host takes no records.
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    data = text.encode("utf-8", "backslashreplace")
    end_line()
    level = _LEVELS.get(frame_type & 0x1C, b"-")
    form = b"text" if frame_type & 1 else b"json"
    rest = memoryview(_mark + b"%s %s %d\n" % (level, form, len(data)) + data)
    while rest:
        rest = rest[os.write(KEPT_FD, rest) :]


class LogSink:
    """AWS's interface to the log. context.log() and some libraries look for it on the root logger's
    handler, and patches of the client receive it.
    """

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, exc_tb):
        pass

    def log(self, msg, frame_type=None):
        write_record(msg, int.from_bytes(frame_type, "big") if frame_type else TEXT)

    def log_error(self, message_lines):
        write_record("\n".join(message_lines), (JSON if state.LOG_FORMAT == "JSON" else TEXT) | ERROR)


SINK = LogSink()
