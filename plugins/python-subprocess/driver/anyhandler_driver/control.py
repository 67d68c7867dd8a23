"""Frames on the two control descriptors: docs/child-languages.md of anyhandler."""

import os
from io import FileIO

from .own import load

# Handlers find 3 and 4 free; children get neither (dup2 without inheritance sets close-on-exec).
READ_FD = 10
WRITE_FD = 11
READ_SIZE = 65_536


class HostGone(Exception):
    """The host closed its end, or has died."""


class Control:
    """The connection to the host."""

    def __init__(self):
        os.dup2(3, READ_FD, inheritable=False)
        os.dup2(4, WRITE_FD, inheritable=False)
        os.close(3)
        os.close(4)
        self._file = FileIO(READ_FD, closefd=False)
        self._buffer = b""
        self._large = False
        self.forked = False
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self):
        """A forked child is not the driver: it must neither answer nor keep the descriptors open."""
        self.forked = True
        os.close(READ_FD)
        os.close(WRITE_FD)

    def receive(self):
        """The next frame: its kind and its payload, both bytes-like."""
        buffer = self._buffer
        end = buffer.find(b"\n")
        while end < 0:
            part = os.read(READ_FD, READ_SIZE)
            if not part:
                raise HostGone
            buffer += part
            end = buffer.find(b"\n")
        kind, _, length = buffer[:end].partition(b" ")
        start = end + 1
        stop = start + int(length)
        self._buffer = buffer[stop:]
        if len(buffer) >= stop:
            return kind, buffer[start:stop]
        return kind, self._rest(buffer[start:], stop - start)

    def _rest(self, begun, length):
        """A payload of which only the beginning has come."""
        self._expect_large()
        payload = bytearray(length)
        count = len(begun)
        payload[:count] = begun
        view = memoryview(payload)
        while count < length:
            part = self._file.readinto(view[count:])
            if not part:
                raise HostGone
            count += part
        return payload

    def _expect_large(self):
        if not self._large:
            self._large = True
            load(".memory").keep_large_blocks()

    def send(self, kind, payload=b""):
        """Writes one frame; both arguments are bytes."""
        if self.forked:
            # The child of a handler that forked came back out of the handler.
            os._exit(0)
        header = b"%s %d\n" % (kind, len(payload))
        if len(payload) <= READ_SIZE:
            _write(header + payload)
        else:
            # No copy of what is long.
            _write(header)
            _write(payload)
            self._expect_large()


def _write(data):
    sent = os.write(WRITE_FD, data)
    if sent < len(data):
        rest = memoryview(data)[sent:]
        while rest:
            rest = rest[os.write(WRITE_FD, rest) :]


def fields(payload):
    """The `key=value` lines of a `load` or `context` frame."""
    return dict([line.split("=", 1) for line in str(payload, "utf-8").split("\n")[:-1]])
