"""SnapStart: the functions that a handler registered with snapshot_restore_py, the module of AWS or
of this driver.
"""

import sys

from .context import forget_function


def run_hooks(name):
    """Runs `before-snapshot` in reverse order of registration, `after-restore` in order of
    registration.
    """
    if name == "after-restore":
        forget_function()
        if "random" in sys.modules:
            # Otherwise every copy of the snapshot would produce the same numbers.
            sys.modules["random"].seed()
    registry = sys.modules.get("snapshot_restore_py")
    if registry is None:
        return
    if name == "before-snapshot":
        functions = registry.get_before_snapshot()
        while functions:
            _call(functions.pop())
    else:
        for entry in registry.get_after_restore():
            _call(entry)


def _call(entry):
    function, args, kwargs = entry
    function(*args, **kwargs)
