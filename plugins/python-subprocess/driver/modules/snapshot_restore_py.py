"""AWS's module of this name is part of its Python runtimes, not of Python: handlers that import it find this one, unless they bring their own."""

__all__ = ["register_before_snapshot", "register_after_restore"]

_before_snapshot = []
_after_restore = []


def register_before_snapshot(func, *args, **kwargs):
    """Has a function called before the snapshot is taken, the last registered first. Works as a decorator too."""
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    """Has a function called after the snapshot was restored, the first registered first. Works as a decorator too."""
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot():
    return _before_snapshot


def get_after_restore():
    return _after_restore
