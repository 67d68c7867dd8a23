"""
What answers the host. It has the names of AWS's client, and each is looked up in the main module when it is used: libraries such as Sentry's put
themselves around them there.
"""

import sys

from .output import flush

JSON = "application/json"
# A handler may run something else as the main module, and leave it there.
_main = sys.modules["__main__"]


class LambdaRuntimeClient:
    def __init__(self, control):
        self.control = control

    def post_invocation_result(self, invoke_id, result_data, content_type=JSON, invocation_id=None):
        flush()
        if content_type != JSON:
            self.control.send(b"head", b'{"contentType":"%s"}' % content_type.encode())
        self.control.send(b"done", result_data)

    def post_invocation_error(self, invoke_id, error_response_data, xray_fault, invocation_id=None):
        flush()
        if xray_fault:
            self.control.send(b"cause", xray_fault)
        self.control.send(b"failed", error_response_data)

    def post_init_error(self, error_response_data, error_type_override=None):
        flush()
        self.control.send(b"failed", error_response_data)


def in_main(name):
    """The function or class of that name as it is now."""
    return getattr(_main, name)
