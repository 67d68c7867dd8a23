"""What the driver imports later than at its start, past what lies in the task root: a handler's folder may have a json.py in it."""

import importlib
import sys
from _thread import get_ident

# The interpreter's own, as long as nothing has been added to it.
_standard_path = sys.path[1:]


def load(name):
    """A module of the driver (`.failures`), or of the standard library."""
    found = sys.modules.get(__package__ + name if name.startswith(".") else name)
    if found is not None:
        return found
    finder = _StandardFinder()
    sys.meta_path.insert(0, finder)
    try:
        return importlib.import_module(name, __package__)
    finally:
        sys.meta_path.remove(finder)


class _StandardFinder:
    """Finds for this thread alone."""

    def __init__(self):
        self._thread = get_ident()

    def find_spec(self, name, path=None, target=None):
        if path is not None or get_ident() != self._thread:
            return None
        # The last one looks into folders.
        return sys.meta_path[-1].find_spec(name, _standard_path, target)
