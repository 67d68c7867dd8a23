"""Reads and writes JSON with the results of AWS's client, which uses simplejson."""

import marshal

from .own import load

try:
    # The modules that json is made of. Importing json doubles the start of Python, because it
    # imports re.
    from _json import encode_basestring as quote
    from _json import make_encoder, make_scanner
except ImportError:  # PyPy
    from json.encoder import encode_basestring as quote

    make_encoder = make_scanner = None


def _refuse(name):
    raise ValueError("Expecting value: %s is not JSON" % name)


class _Strict:
    """The settings of a scanner."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)
    memo = {}


def unsupported(value):
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def _default(value):
    if isinstance(value, bytes):
        return str(value, "utf-8")
    return unsupported(value)


def _make_fast():
    """The C scanner and encoder. Both are None if this interpreter has unknown versions of them."""
    try:
        scan = make_scanner(_Strict)
        encode = make_encoder(None, _default, quote, None, ": ", ", ", False, False, True)
        if scan('{"a": [1]}', 0) == ({"a": [1]}, 10) and "".join(encode({"a": [1]}, 0)) == '{"a": [1]}':
            return scan, encode
    except Exception:
        pass
    return None, None


_scan, _encode = _make_fast()


def decode(payload):
    """The value of an event's bytes. Raises ValueError, or RecursionError."""
    text = str(payload, "utf-8")
    try:
        value, end = _scan(text, 0)
        # A file that was written by hand ends with a line end.
        if end == len(text) or not text[end:].strip(" \t\n\r"):
            return value
    except (StopIteration, TypeError):
        pass
    return _decode_slowly(text)


def _decode_slowly(text):
    """This handles white space before the value and a byte order mark, and errors name their place."""
    return load("json").loads(text[1:] if text.startswith("\ufeff") else text, parse_constant=_refuse)


def encode(value):
    """The bytes of an answer. Raises the reason if JSON can't express the value."""
    if value is None:
        return b"null"
    try:
        # marshal takes exact types only. So it finds named tuples, decimals and subclasses, which
        # json and simplejson encode differently.
        marshal.dumps(value)
        text = "".join(_encode(value, 0))
    except Exception:
        text = _encode_slowly(value)
    # Half a surrogate pair can't be UTF-8, but has a JSON escape, which looks like Python's own.
    return text.encode("utf-8", "backslashreplace")


def _encode_slowly(value):
    try:
        return load(".exotic").encode_exotic(value)
    except RecursionError:
        raise RecursionError("maximum recursion depth exceeded while encoding a JSON object") from None
