"""Reports the modules that the function has loaded, so that `anyhandler dev` can reload it when a
file changes.
"""

import os
import sys

VARIABLE = "ANYHANDLER_LOADED"


class Loaded:
    """Appends the path of each module below the task root to a file, one a line, when it is loaded."""

    def __init__(self, root):
        self._path = os.environ.pop(VARIABLE)
        self._root = os.path.join(root, "")
        self._told = set()
        self._count = 0

    def tell(self):
        if len(sys.modules) == self._count:
            return
        self._count = len(sys.modules)
        files = {_file_of(module) for module in list(sys.modules.values())}
        new = [file for file in files if file and file.startswith(self._root) and file not in self._told]
        self._told.update(new)
        if new:
            try:
                with open(self._path, "ab") as report:
                    report.write(b"".join(os.fsencode(file) + b"\n" for file in new))
            except OSError:
                # The reader has ended.
                pass


def _file_of(module):
    try:
        file = module.__file__
    except Exception:
        return None
    return file if isinstance(file, str) else None
