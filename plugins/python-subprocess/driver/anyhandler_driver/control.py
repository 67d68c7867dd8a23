"""Frames on the two control descriptors: see anyhandler's docs/child-languages.md."""

import os
from fcntl import fcntl
from io import FileIO

from .own import load

# Handlers can use 3 and 4; child processes get neither (dup2 without inheritance sets
# close-on-exec).
READ_FD = 10
WRITE_FD = 11
# The driver's pipes have this number or a higher one.
FIRST_PIPE_FD = 13
READ_SIZE = 65_536
PIPE_SIZE = 262_144
# The frames that a record of a series may send.
TOLD_OF_RECORDS = (b"cause", b"failed")
# Linux's number; some Pythons have no name for it.
F_DUPFD_CLOEXEC = 1030
F_SETPIPE_SZ = 1031


class HostGone(Exception):
    """The host has closed its end, or has died."""


class Control:
    """The connection to the host."""

    def __init__(self):
        os.dup2(3, READ_FD, inheritable=False)
        os.dup2(4, WRITE_FD, inheritable=False)
        os.close(3)
        os.close(4)
        # Pipes cost less than the sockets that the host hands over. The sockets stay open, because
        # closing one would cost the host more than an event.
        self._pipes = _wide_pipe(), _wide_pipe()
        # The host writes one byte into it for each record of a series.
        self._claims = _pipe()
        os.set_blocking(self._claims[0], False)
        self._in_series = False
        self._use(READ_FD, WRITE_FD)
        self._buffer = b""
        self._large = False
        # The number of the running event, as in the header of its frames.
        self._event = b""
        self.forked = False
        self._pid = os.getpid()
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self):
        """A forked child must not answer, and must not keep the descriptors open."""
        self.forked = True
        for number in {READ_FD, WRITE_FD, self._read_fd, self._write_fd, *self._claims}:
            os.close(number)

    @property
    def pipes(self):
        """For `ready`: a descriptor of the pipe that the driver reads, and one of the pipe that the
        host reads.
        """
        return self._pipes[0][0], self._pipes[1][0]

    @property
    def claims(self):
        """For `ready`: the descriptor out of which a record is claimed."""
        return self._claims[0]

    def use_pipes(self):
        """The host has opened both pipes, and frames now travel through them. Only the host holds
        the other ends, so the driver notices when it dies.
        """
        (read_fd, host_writes), (host_reads, write_fd) = self._pipes
        os.close(host_writes)
        os.close(host_reads)
        self._use(read_fd, write_fd)

    def _use(self, read_fd, write_fd):
        self._read_fd, self._write_fd = read_fd, write_fd
        self._file = FileIO(read_fd, closefd=False)

    def receive(self):
        """The next frame: its kind and its payload, both bytes-like."""
        buffer = self._buffer
        end = buffer.find(b"\n")
        while end < 0:
            part = os.read(self._read_fd, READ_SIZE)
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
        """Only the beginning of a payload has arrived."""
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

    def begin_event(self, number):
        """Frames now belong to the event with this number (as text), or to none."""
        self._event = b" " + number.encode()

    def begin_series(self):
        """From now on only failures are sent."""
        self._in_series = True

    def claim(self):
        """True if the driver may begin with the next record of the series. The host takes back the
        records that another worker runs, and those that must not start any more.
        """
        self._check_process()
        try:
            return bool(os.read(self._claims[0], 1))
        except BlockingIOError:
            return False

    def end_series(self, count):
        """The driver has run so many records."""
        self._in_series = False
        self.send(b"done", b"%d" % count)

    def _check_process(self):
        # A fork in native code runs no hook of Python.
        if self.forked or os.getpid() != self._pid:
            # This is a forked child that has returned from the handler.
            os._exit(0)

    def send(self, kind, payload=b""):
        """Writes one frame; both arguments are bytes."""
        self._check_process()
        if self._in_series and kind not in TOLD_OF_RECORDS:
            return
        header = b"%s %d%s\n" % (kind, len(payload), self._event)
        if len(payload) <= READ_SIZE:
            _write(self._write_fd, header + payload)
        else:
            # Avoids a copy of a long payload.
            _write(self._write_fd, header)
            _write(self._write_fd, payload)
            self._expect_large()


def _write(number, data):
    sent = os.write(number, data)
    if sent < len(data):
        rest = memoryview(data)[sent:]
        while rest:
            rest = rest[os.write(number, rest) :]


def _pipe():
    """Both ends have numbers that handlers don't use; child processes don't inherit them."""
    ends = os.pipe()
    numbers = [fcntl(end, F_DUPFD_CLOEXEC, FIRST_PIPE_FD) for end in ends]
    for end in ends:
        os.close(end)
    return numbers


def _wide_pipe():
    numbers = _pipe()
    try:
        # A long payload takes fewer steps through a large pipe; use the largest size that the
        # system allows.
        fcntl(numbers[0], F_SETPIPE_SZ, PIPE_SIZE)
    except OSError:
        pass
    return numbers


def fields(payload):
    """The `key=value` lines of a `load` or `context` frame."""
    return dict([line.split("=", 1) for line in str(payload, "utf-8").split("\n")[:-1]])
