"""
What is imported as on AWS, where the client is there before the handler: the standard modules that it uses are found before files of the same name in the
task root, `awslambdaric` is the running one, and `logging` has AWS's handler. Nothing of it is imported before somebody asks.
"""

import sys
from _frozen_importlib_external import PathFinder

from .loading import MODULES
from .own import CLIENT_NAMES, find_standard, load


class ClientFinder:
    """The first of `sys.meta_path`."""

    def __init__(self):
        self._set_up = "logging" in sys.modules
        if self._set_up:
            # The interpreter's own start has imported it.
            load(".logs").install()

    def find_spec(self, name, path=None, target=None):
        if name in CLIENT_NAMES:
            spec = find_standard(name)
            if name == "logging" and not self._set_up and spec is not None:
                self._set_up = True
                _install_after(spec.loader)
            return spec
        if name == "awslambdaric":
            return PathFinder.find_spec(name, [MODULES])
        return None


def _install_after(loader):
    """To import logging costs as much as a whole start of Python, so it is set up when a handler imports it."""
    execute = loader.exec_module

    def exec_module(module):
        execute(module)
        del loader.exec_module
        load(".logs").install()

    loader.exec_module = exec_module
