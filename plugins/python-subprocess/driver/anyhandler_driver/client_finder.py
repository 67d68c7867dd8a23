"""Makes imports work as on AWS, where the client is loaded before the handler. Standard modules
that the client uses come before files of the same name in the task root. `awslambdaric` is the
running client, and `logging` has AWS's handler. Each of these is imported only when a handler
asks for it.
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
            # The interpreter has imported it at its start.
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
    """Importing logging takes as long as a whole start of Python, so it is set up only when a
    handler imports it.
    """
    execute = loader.exec_module

    def exec_module(module):
        execute(module)
        del loader.exec_module
        load(".logs").install()

    loader.exec_module = exec_module
