"""Imports for the driver after its start. They ignore files in the task root, such as a json.py,
and the modules that a handler put into `sys.modules`.
"""

import importlib
import sys
from _frozen_importlib_external import PathFinder
from _thread import get_ident

# The interpreter's own path, before anything is added to it.
STANDARD_PATH = sys.path[1:]

_COMMON = (
    "__future__ collections copyreg decimal enum functools importlib json keyword linecache logging numbers operator re reprlib string threading"
    " traceback types warnings weakref"
)


def _client_names(version):
    names = _COMMON.split()
    if version < (3, 10):
        names += ["heapq", "struct"]
    if version < (3, 11):
        names += ["sre_compile", "sre_constants", "sre_parse"]
    else:
        names += ["contextlib", "textwrap"]
    if version < (3, 13):
        names += ["token", "tokenize"]
    return frozenset(names)


# The standard modules that AWS's client imports before the handler. They were measured, and a test
# compares them.
CLIENT_NAMES = _client_names(sys.version_info)

_kept = {}


def load(name):
    """A module of the driver (`.failures`), or of the standard library. The driver keeps its own reference."""
    found = _kept.get(name)
    if found is None:
        found = _kept[name] = _import(name)
    return found


def _import(name):
    with Standard(name):
        return importlib.import_module(name, __package__)


class Standard:
    """While it is open, imports come from the standard library."""

    def __init__(self, *further):
        self._names = CLIENT_NAMES.union(("time", "tokenize", "token"), further)
        self._fakes = {}
        self._finder = _StandardFinder()

    def __enter__(self):
        for name in self._names:
            if _is_fake(sys.modules.get(name)):
                self._fakes[name] = sys.modules.pop(name)
        sys.meta_path.insert(0, self._finder)

    def __exit__(self, exc_type, exc_value, exc_tb):
        sys.meta_path.remove(self._finder)
        sys.modules.update(self._fakes)


def _is_fake(module):
    """Tells if a module with a standard name belongs to the handler."""
    if module is None:
        return False
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    return origin not in ("built-in", "frozen") and not (
        isinstance(origin, str) and origin.startswith(_STANDARD_FOLDERS)
    )


_STANDARD_FOLDERS = tuple([folder + "/" for folder in STANDARD_PATH])


def find_standard(name):
    """The spec of a standard module, even if another folder has a module of that name."""
    return PathFinder.find_spec(name, STANDARD_PATH)


class _StandardFinder:
    """Finds for this thread alone."""

    def __init__(self):
        self._thread = get_ident()

    def find_spec(self, name, path=None, target=None):
        if path is not None or get_ident() != self._thread:
            return None
        return find_standard(name)
