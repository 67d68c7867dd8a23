"""The answers that Python's json and simplejson encode differently: named tuples, decimals, bytes,
subclasses.
"""

from .own import load
from .values import quote, unsupported

INFINITY = float("inf")


def encode_exotic(value):
    """The JSON text of any value. Raises TypeError for a value that JSON can't express, and
    ValueError for one that contains itself.
    """
    parts = []
    _write(value, parts.append, set())
    return "".join(parts)


def _write(value, add, open_ids):
    if isinstance(value, str):
        add(quote(str.__str__(value)))
    elif isinstance(value, bytes):
        add(quote(str(value, "utf-8")))
    elif value is None or value is True or value is False or isinstance(value, (int, float)):
        add(_scalar(value))
    else:
        # The same object may occur twice, but not inside itself.
        mark = id(value)
        if mark in open_ids:
            raise ValueError("Circular reference detected")
        open_ids.add(mark)
        as_dict = _as_dict(value)
        if as_dict is not None:
            _write_dict(as_dict, add, open_ids)
        elif isinstance(value, (list, tuple)):
            _write_list(value, add, open_ids)
        elif isinstance(value, dict):
            _write_dict(value, add, open_ids)
        else:
            add(_decimal(value))
        open_ids.discard(mark)


def _scalar(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if value != value:
        return "NaN"
    if value in (INFINITY, -INFINITY):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)


def _as_dict(value):
    """A named tuple's fields; anything with a method of that name counts."""
    method = getattr(value, "_asdict", None)
    if not callable(method):
        return None
    try:
        found = method()
    except TypeError:
        return None
    if not isinstance(found, dict):
        raise TypeError("_asdict() must return a dict, not %s" % type(found).__name__)
    return found


def _write_list(items, add, open_ids):
    separator = "["
    for item in items:
        add(separator)
        _write(item, add, open_ids)
        separator = ", "
    add("[]" if separator == "[" else "]")


def _write_dict(items, add, open_ids):
    separator = "{"
    for key, value in items.items():
        if isinstance(key, str):
            name = str.__str__(key)
        elif isinstance(key, bytes):
            name = str(key, "utf-8")
        elif key is None or isinstance(key, (int, float)):
            name = _scalar(key)
        else:
            raise TypeError("keys must be str, int, float, bool or None, not %s" % type(key).__name__)
        add(separator + quote(name) + ": ")
        _write(value, add, open_ids)
        separator = ", "
    add("{}" if separator == "{" else "}")


def _decimal(value):
    """A decimal, as the number that its text shows."""
    if not isinstance(value, load("decimal").Decimal):
        return unsupported(value)
    return "NaN" if value.is_nan() else str(value)
