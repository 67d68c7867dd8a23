"""Fails at some distance from the handler."""


def outer(value):
    return inner(value)


def inner(value):
    raise LookupError("deep down: %r" % value)
