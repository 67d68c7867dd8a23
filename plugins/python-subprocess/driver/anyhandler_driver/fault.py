"""Failures that AWS names `Runtime.…`."""


class Fault(Exception):
    """A failure that is told by its type and message alone: nothing of the handler's is on the stack."""

    def __init__(self, error_type, message, stack_trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.stack_trace = list(stack_trace)
