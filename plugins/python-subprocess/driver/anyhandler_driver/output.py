"""Standard output and error: one pipe for both, so that what is printed to the two keeps its order."""

import os
import sys
from fcntl import F_GETFL, fcntl

# A copy of the write end, from which a handler that closed its descriptors gets them back.
KEPT_FD = 12
# What holds for the pipe, such as that writing waits for room.
_flags = 0


def open_pipe():
    """Puts a pipe behind descriptors 1 and 2 and gives its read end."""
    # Python buffers by blocks, because standard output is no terminal. PyPy sees to it only as long as nothing has changed behind it.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    reader, writer = os.pipe()
    for number in (1, 2):
        os.dup2(writer, number)
    os.dup2(writer, KEPT_FD, inheritable=False)
    os.close(writer)
    global _flags
    _flags = fcntl(KEPT_FD, F_GETFL)
    return reader


def flush():
    """What was printed belongs to this event."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: nothing of ours is in it
            pass


def repair():
    """Gives the next event back what this one closed or set."""
    if fcntl(KEPT_FD, F_GETFL) != _flags:
        _open_anew()
    for number, name, mode in ((1, "stdout", "strict"), (2, "stderr", "backslashreplace")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(KEPT_FD, number)
        stream = getattr(sys, name, None)
        if stream is not None and getattr(stream, "closed", False):
            setattr(sys, name, open(number, "w", buffering=1, encoding="utf-8", errors=mode, closefd=False))


def _open_anew():
    """O_NONBLOCK and the like are set for all who share the open file: so the next event gets another, and what still runs keeps this one."""
    pipe = os.fstat(KEPT_FD).st_ino
    writer = os.open("/proc/self/fd/%d" % KEPT_FD, os.O_WRONLY)
    for number in (1, 2):
        try:
            if os.fstat(number).st_ino == pipe:
                os.dup2(writer, number)
        except OSError:  # closed by the handler
            pass
    os.dup2(writer, KEPT_FD, inheritable=False)
    os.close(writer)
