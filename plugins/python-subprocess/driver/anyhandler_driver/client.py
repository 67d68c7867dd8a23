"""Answers the host. It has the names of AWS's client, because libraries such as Sentry's wrap its
functions.
"""

from .fault import Fault
from .output import flush
from .values import decode, encode

JSON = "application/json"
# Answers of exactly these types are JSON; other types are checked for their abilities.
PLAIN = frozenset([dict, str, list, int, float, bool, tuple, type(None)])


class LambdaMarshaller:
    """Turns an event's bytes into a value and an answer into bytes. AWS's client lets a function put another one into `LambdaRuntimeClient.marshaller`."""

    def unmarshal_request(self, request, content_type=JSON):
        if content_type != JSON:
            return request
        try:
            return decode(request)
        except Exception as error:
            raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error) from error

    def marshal_response(self, response):
        if isinstance(response, bytes):
            return response, "application/unknown"
        try:
            return encode(response), JSON
        except Exception as error:
            raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error) from error


class LambdaRuntimeClient:
    marshaller = LambdaMarshaller()

    def __init__(self, control):
        self.control = control

    def post_invocation_result(self, invoke_id, result_data, content_type=JSON, invocation_id=None):
        flush()
        if content_type != JSON:
            self.control.send(b"head", b'{"contentType":"%s"}' % content_type.encode())
        self.control.send(b"done", _bytes(result_data))

    def post_invocation_error(self, invoke_id, error_response_data, xray_fault, invocation_id=None):
        flush()
        if xray_fault:
            self.control.send(b"cause", _bytes(xray_fault))
        self.control.send(b"failed", _bytes(error_response_data))

    def post_init_error(self, error_response_data, error_type_override=None):
        flush()
        self.control.send(b"failed", encode(error_response_data))


def _bytes(data):
    """Half a surrogate pair can't be UTF-8, but has a JSON escape, which looks like Python's own."""
    return data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
