"""Results of a handler besides plain values: bytes, awaitables, streams."""

from types import AsyncGeneratorType, GeneratorType

from .client import JSON
from .fault import Fault
from .own import load
from .values import encode

HEAD_KEYS = {"statusCode", "headers", "cookies", "contentType"}


def finish(client, result):
    """Returns the answer's bytes and their content type. A stream is sent here."""
    control = client.control
    if hasattr(type(result), "__await__"):
        result = _wait(result)
    if isinstance(result, GeneratorType):
        return _stream(control, result), JSON
    if isinstance(result, AsyncGeneratorType):
        return _wait(_stream_async(control, result)), JSON
    return client.marshaller.marshal_response(result)


def _wait(awaitable):
    return load(".event_loop").wait(awaitable)


def _stream(control, parts):
    stream = Stream(control)
    try:
        for part in parts:
            stream.add(part)
    finally:
        parts.close()
    return stream.end()


async def _stream_async(control, parts):
    stream = Stream(control)
    try:
        async for part in parts:
            stream.add(part)
    finally:
        await parts.aclose()
    return stream.end()


class Stream:
    """Sends each part at once. The head goes with the first part, so that an earlier failure is an
    ordinary one.
    """

    def __init__(self, control):
        self._control = control
        self._begun = False

    def add(self, part):
        if not self._begun:
            self._begun = True
            if isinstance(part, dict):
                self._control.send(b"head", encode(_head(part)))
                return
            self._control.send(b"head", b'{"stream":true}')
        data = _bytes(part)
        # An empty part is not sent.
        if data:
            self._control.send(b"chunk", data)

    def end(self):
        if not self._begun:
            self._control.send(b"head", b'{"stream":true}')
        return b""


def _head(part):
    """The first part of a stream may contain status, headers and cookies of the HTTP response."""
    unknown = set(part) - HEAD_KEYS
    if unknown:
        allowed = ", ".join(sorted(HEAD_KEYS))
        raise Fault(
            "Runtime.MarshalError",
            "A stream that begins with a dict may have %s in it, not %s" % (allowed, ", ".join(map(str, unknown))),
        )
    http = {key: part[key] for key in ("statusCode", "headers", "cookies") if key in part}
    head = {"stream": True}
    if "contentType" in part:
        head["contentType"] = part["contentType"]
    if http:
        head["http"] = http
    return head


def _bytes(part):
    if isinstance(part, str):
        return part.encode("utf-8", "backslashreplace")
    if isinstance(part, (bytes, bytearray, memoryview)):
        return bytes(part)
    raise Fault("Runtime.MarshalError", "A stream is made of str and bytes, not of %s" % type(part).__name__)
