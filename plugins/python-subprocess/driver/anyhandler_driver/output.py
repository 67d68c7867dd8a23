"""Standard output and error: one pipe for both, so that what is printed to the two keeps its order."""

import os
import sys

# A copy of the write end, from which a handler that closed its descriptors gets them back.
KEPT_FD = 12


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
    return reader


def flush():
    """What was printed belongs to this event."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: nothing of ours is in it
            pass


def repair():
    """Gives the next event back what this one closed."""
    for number, name, mode in ((1, "stdout", "strict"), (2, "stderr", "backslashreplace")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(KEPT_FD, number)
        stream = getattr(sys, name, None)
        if stream is not None and getattr(stream, "closed", False):
            setattr(sys, name, open(number, "w", buffering=1, encoding="utf-8", errors=mode, closefd=False))
