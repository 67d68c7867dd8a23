"""Waits for the first import of `logging`, which costs as much as a whole start of Python, and sets it up then."""

import sys

from .own import load


class SetUpOnImport:
    """A finder that finds logging as the others would, and has AWS's handler added to it once it is executed."""

    def __init__(self):
        self._active = True
        sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        if name != "logging" or not self._active:
            return None
        self._active = False
        sys.meta_path.remove(self)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _after_exec(spec.loader)
                return spec
        return None


def _after_exec(loader):
    execute = loader.exec_module

    def exec_module(module):
        execute(module)
        if module.__name__ == "logging":
            del loader.exec_module
            _install(module)

    loader.exec_module = exec_module


def _install(logging):
    # A module of the handler's may have that name, too.
    if hasattr(logging, "LogRecord"):
        load(".logs").install(logging)


def set_up_logging():
    """Now, if the interpreter's own start has imported it, else with the first import."""
    if "logging" in sys.modules:
        _install(sys.modules["logging"])
    else:
        SetUpOnImport()
