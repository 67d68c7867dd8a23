"""The folders where a handler's imports are found, in the order of AWS's own `bootstrap.py`."""

import os
import sys

from . import bootstrap
from .client_finder import MODULES, ClientFinder
from .loading import without_extension


def set_up_imports(fields):
    """Called with a `load` frame's fields, before the handler's module is imported."""
    root = fields["root"]
    handler = fields["target"]
    if "file" in fields and "function" not in fields:
        # AWS uses this name; the driver knows only after the import if it is lambda_handler.
        handler = without_extension(handler) + ".handler"
    sys.argv = [root, handler]
    _set_execution_env()
    if os.environ.get("_HANDLER") != handler:
        os.environ["_HANDLER"] = handler
    # Before the path is set, because a .pth file may import modules.
    sys.meta_path.insert(0, ClientFinder())
    _set_up_path(root)
    if not any(_has_bootstrap(folder) for folder in sys.path):
        # Patches of the client look for this name first.
        sys.modules["bootstrap"] = bootstrap


def _set_execution_env():
    """Libraries read the name of AWS's runtime for this Python; the host's own runtime, which
    contains other languages, has another name.
    """
    known = os.environ.get("AWS_EXECUTION_ENV", "")
    if known.startswith("AWS_Lambda_provided") or not known and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        os.environ["AWS_EXECUTION_ENV"] = "AWS_Lambda_python%d.%d" % sys.version_info[:2]


def _set_up_path(root):
    """Sets `sys.path`: the task root, the layers' folders, then the interpreter's own. Python reads
    the `.pth` files of all three.
    """
    runtime = os.environ.get("LAMBDA_RUNTIME_DIR")
    sites = [root]
    folders = [root]
    if "PYTHONPATH" not in os.environ:
        packages = "lib/python%d.%d/site-packages" % sys.version_info[:2]
        sites += ["/opt/python/" + packages, "/opt/python"]
        folders = sites + ["/var/lang/" + packages]
        if runtime:
            # For child processes, as on AWS.
            os.environ["PYTHONPATH"] = runtime
    if runtime and os.path.isdir(runtime):
        # The folder of AWS's client and boto3.
        folders = folders + [runtime]
    # The first entry is the folder of this driver.
    sys.path[:1] = folders
    if "site" in sys.modules:
        for folder in sites:
            sys.modules["site"].addsitedir(folder)
    # Last, as on Lambda: packages of the handler come first.
    sys.path.append(MODULES)


def _has_bootstrap(folder):
    path = folder + "/bootstrap"
    return os.path.isfile(path + ".py") or os.path.isdir(path)
