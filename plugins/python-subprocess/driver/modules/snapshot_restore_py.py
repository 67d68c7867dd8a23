"""AWS's Python runtimes contain a module of this name, and Python does not. Handlers that import it
get this one, unless they bring their own.
"""

__all__ = ["register_before_snapshot", "register_after_restore"]

_before_snapshot = []
_after_restore = []


def register_before_snapshot(func, *args, **kwargs):
    """Registers a function to call before the snapshot, the last registered first. Works as a
    decorator, too.
    """
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    """Registers a function to call after the snapshot was restored, the first registered first.
    Works as a decorator, too.
    """
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot():
    return _before_snapshot


def get_after_restore():
    return _after_restore
