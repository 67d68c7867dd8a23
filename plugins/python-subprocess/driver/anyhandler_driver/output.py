"""Standard output and error: one pipe for both, so that printed text keeps its order."""

import os
import sys
from fcntl import F_GETFD, F_GETFL, fcntl
from io import BufferedWriter, FileIO, TextIOWrapper

# A copy of the write end, from which a handler that closed its descriptors gets them back.
KEPT_FD = 12
STREAMS = ((1, "stdout"), (2, "stderr"))
# Python's own size for a pipe.
BUFFER_SIZE = 4096
_settings = {}
# The driver's own streams, by their names.
_own = {}
# True if the last printed text did not end its line.
_line_is_open = False
# The flags of the pipe, for example whether a write waits for room.
_flags = 0


def open_pipe():
    """Puts a pipe behind descriptors 1 and 2, and returns its read end."""
    reader, writer = os.pipe()
    for number in (1, 2):
        os.dup2(writer, number)
    os.dup2(writer, KEPT_FD, inheritable=False)
    os.close(writer)
    global _flags
    _flags = fcntl(KEPT_FD, F_GETFL)
    for number, name in STREAMS:
        old = getattr(sys, name)
        _settings[name] = getattr(old, "encoding", None) or "utf-8", getattr(old, "errors", None) or "strict"
        # Python has opened both on files. A stream that takes a pipe for a seekable file raises
        # ESPIPE when it is detached.
        stream = _open(number, name)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
        _own[name] = stream
    return reader


def _open(number, name):
    encoding, errors = _settings[name]
    raw = _Descriptor(number, "w", closefd=False)
    # Python would buffer by blocks, because standard output is no terminal.
    stream = TextIOWrapper(BufferedWriter(raw, BUFFER_SIZE), encoding=encoding, errors=errors, line_buffering=True)
    stream.mode = "w"
    try:
        raw.name = "<%s>" % name
    except AttributeError:  # PyPy
        pass
    return stream


class _Descriptor(FileIO):
    """Remembers whether the last printed text ended its line."""

    def write(self, data):
        global _line_is_open
        _line_is_open = data[-1:] != b"\n"
        return super().write(data)


def end_line():
    """Output from now on begins a new line."""
    global _line_is_open
    if _line_is_open:
        _line_is_open = False
        os.write(KEPT_FD, b"\n")


def flush():
    """Printed text that is still buffered belongs to this event."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: it holds no text of the driver
            pass


def repair():
    """Repairs for the next event the descriptors and flags that this one closed, detached or
    changed.
    """
    if fcntl(KEPT_FD, F_GETFL) != _flags:
        _open_anew()
    for number, name in STREAMS:
        try:
            # The cheapest check if it is open.
            fcntl(number, F_GETFD)
        except OSError:
            os.dup2(KEPT_FD, number)
        if _is_closed(getattr(sys, name, None)):
            _own[name] = _open(number, name)
            setattr(sys, name, _own[name])


def end_record():
    """`flush`, `repair` and `end_line` after a record of a series. Most records leave the streams as
    they were, which takes less to see.
    """
    out, err = _own["stdout"], _own["stderr"]
    try:
        if sys.stdout is out and sys.stderr is err and fcntl(1, F_GETFL) == _flags == fcntl(2, F_GETFL):
            # Raises an exception if it is closed or detached.
            out.flush()
            err.flush()
            if not _line_is_open:
                return
    except Exception:
        pass
    flush()
    repair()
    end_line()


def _is_closed(stream):
    try:
        return stream is not None and getattr(stream, "closed", False)
    except ValueError:  # detached
        return True


def _open_anew():
    """Flags such as O_NONBLOCK apply to all holders of the open file. So the next event gets
    another open file, and running processes keep this one.
    """
    pipe = os.fstat(KEPT_FD).st_ino
    writer = os.open("/proc/self/fd/%d" % KEPT_FD, os.O_WRONLY)
    for number in (1, 2):
        try:
            if os.fstat(number).st_ino == pipe:
                os.dup2(writer, number)
        except OSError:  # closed by the handler
            pass
    os.dup2(writer, KEPT_FD, inheritable=False)
    # The kernel adds a flag.
    global _flags
    _flags = fcntl(writer, F_GETFL)
    os.close(writer)
