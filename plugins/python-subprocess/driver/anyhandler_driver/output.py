"""Standard output and error: one pipe for both, so that what is printed to the two keeps its order."""

import os
import sys

# A copy of the write end, from which a handler that closed its descriptors gets them back.
KEPT_FD = 12
STREAMS = ((1, "stdout"), (2, "stderr"))
_settings = {}


def open_pipe():
    """Puts a pipe behind descriptors 1 and 2 and gives its read end."""
    reader, writer = os.pipe()
    for number in (1, 2):
        os.dup2(writer, number)
    os.dup2(writer, KEPT_FD, inheritable=False)
    os.close(writer)
    for number, name in STREAMS:
        old = getattr(sys, name)
        _settings[name] = getattr(old, "encoding", None) or "utf-8", getattr(old, "errors", None) or "strict"
        # Python has opened the two on files: an object that takes a pipe for a file that can be sought ends in ESPIPE when it is detached.
        stream = _open(number, name)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    return reader


def _open(number, name):
    encoding, errors = _settings[name]
    # Python itself would buffer by blocks, because standard output is no terminal.
    stream = open(number, "w", buffering=1, encoding=encoding, errors=errors, closefd=False)
    try:
        stream.buffer.raw.name = "<%s>" % name
    except AttributeError:  # PyPy
        pass
    return stream


def flush():
    """What was printed belongs to this event."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: nothing of ours is in it
            pass


def repair():
    """Gives the next event back what this one closed or detached."""
    for number, name in STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.dup2(KEPT_FD, number)
        if _is_closed(getattr(sys, name, None)):
            setattr(sys, name, _open(number, name))


def _is_closed(stream):
    try:
        return stream is not None and getattr(stream, "closed", False)
    except ValueError:  # detached
        return True
