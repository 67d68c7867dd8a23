"""The variables that change with every event, for the handler and its processes."""

import os

from .own import load

MARK = "ANYHANDLER_MARK"
TRACE_ID = "_X_AMZN_TRACE_ID"

# glibc never frees a value that setenv replaced: 15 MB in 100,000 events. After this many events
# the two variables get a fixed place in memory.
EVENTS_UNTIL_FIXED = 50
# Room for the longest value seen on Lambda (a trace id with its lineage has about 200 bytes).
ROOM = 512


class EventVariables:
    """Sets the trace id, and the mark by which the host finds an event's processes. Without `mark`
    the host keeps the handler's processes.
    """

    def __init__(self, mark):
        self._mark = mark
        self._events = 0
        self._set = os.environ.__setitem__

    def begin(self, fields):
        """Before the handler."""
        if self._mark:
            self._set(MARK, fields["mark"])
        trace_id = fields.get("traceId")
        if trace_id is not None:
            self._set(TRACE_ID, trace_id)
        elif TRACE_ID in os.environ:
            del os.environ[TRACE_ID]

    def end(self):
        """After the answer."""
        if self._events < EVENTS_UNTIL_FIXED:
            self._events += 1
            if self._events == EVENTS_UNTIL_FIXED:
                self._set = _fixed_places() or self._set


def _fixed_places():
    """A setter that writes each variable into the driver's own memory; None without ctypes."""
    try:
        ctypes = load("ctypes")
        put = ctypes.CDLL(None).putenv
        put.argtypes = [ctypes.c_char_p]
    except Exception:
        return None
    places = {name: ctypes.create_string_buffer(ROOM) for name in (MARK, TRACE_ID)}
    encode = os.environ.encodekey
    variables = os.environ._data

    def set_variable(name, value):
        raw = value.encode("utf-8", "surrogateescape")
        if len(name) + len(raw) + 2 > ROOM or b"\0" in raw:
            os.environ[name] = value
            return
        place = places[name]
        place.value = b"%s=%s" % (name.encode(), raw)
        # Each time, because the handler may have set another value.
        put(place)
        variables[encode(name)] = raw

    return set_variable
