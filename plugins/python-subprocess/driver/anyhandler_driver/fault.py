"""Failures that AWS names `Runtime.…`."""


class Fault(Exception):
    """A failure that is told by its type and message alone: nothing of the handler's is on the stack. Has the attributes of AWS's FaultException."""

    def __init__(self, exception_type, msg, trace=None):
        super().__init__(msg)
        self.msg = msg
        self.exception_type = exception_type
        self.trace = trace
