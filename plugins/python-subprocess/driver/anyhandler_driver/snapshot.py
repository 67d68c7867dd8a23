"""SnapStart: the functions that a handler registered with snapshot_restore_py, AWS's module or ours of that name."""

import sys

from .context import forget_function


def run_hooks(name):
    """`before-snapshot` in the reverse order of registration, `after-restore` in the order itself."""
    if name == "after-restore":
        forget_function()
        if "random" in sys.modules:
            # Every copy of the snapshot would go on with the same numbers.
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
