"""Failures that AWS names `Runtime.…`."""


class Fault(Exception):
    """A failure that only has a type and a message: the handler isn't on the stack. Has the
    attributes of AWS's FaultException.
    """

    def __init__(self, exception_type, msg, trace=None):
        super().__init__(msg)
        self.msg = msg
        self.exception_type = exception_type
        self.trace = trace
