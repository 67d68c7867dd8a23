"""Finds and imports the handler, as AWS's client does, and beyond that from any file."""

import importlib
import os
import sys

from .fault import Fault
from .own import load

# Modules that are part of AWS's runtimes.
MODULES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "modules")
FUNCTIONS = ("handler", "lambda_handler")


# Python 3.9 knows only those that are compiled into it.
STANDARD_NAMES = frozenset(getattr(sys, "stdlib_module_names", sys.builtin_module_names))


def set_up_path(root):
    """`sys.path` as on Lambda: the task root, the layers' folders, then the interpreter's own."""
    layer = "/opt/python/lib/python%d.%d/site-packages" % sys.version_info[:2]
    folders = [root] + [folder for folder in (layer, "/opt/python") if os.path.isdir(folder)]
    # The first entry is the folder of this driver.
    sys.path[:1] = folders
    if "site" in sys.modules:
        # AWS reads .pth files from there too.
        for folder in folders:
            sys.modules["site"].addsitedir(folder)
    # AWS's own runtimes keep boto3 there.
    runtime = os.environ.get("LAMBDA_RUNTIME_DIR")
    if runtime and runtime not in sys.path:
        sys.path.append(runtime)
    # Last, as on Lambda: what a handler brings along comes first.
    sys.path.append(MODULES)


def load_handler(fields):
    """The function that a `load` frame names. Raises Fault, or what the module raised."""
    target = fields["target"]
    function = fields.get("function")
    if "file" not in fields:
        module_name, function = _split(target)
        return _function_of(_import(module_name, _by_name), module_name, [function])
    module_name = target[: -len(function) - 1] if function else _module_name(target)
    module = _import(module_name, lambda _: _from_file(fields["file"], fields["root"]))
    return _function_of(module, module_name, [function] if function else FUNCTIONS)


def _split(target):
    module_name, dot, function = target.rpartition(".")
    if not dot:
        raise Fault(
            "Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % target
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
    return module_name, function


def _module_name(path):
    """What messages call it: the path without the extension."""
    return path[:-3] if path.endswith(".py") else path


def _by_name(module_name):
    return importlib.import_module(module_name.replace("/", "."))


def _import(module_name, find):
    try:
        return find(module_name)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        trace = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        message = "Syntax error in module '%s': %s" % (module_name, error)
        raise Fault("Runtime.UserCodeSyntaxError", message, [trace]) from error


def _from_file(file, root):
    """By its name, so that other modules can import it too; else, when no name leads to that very file, from the file."""
    parts = _module_name(os.path.relpath(file, root)).split(os.sep)
    if parts[-1] == "__init__":
        del parts[-1]
    name = ".".join(parts)
    if parts and not any("." in part for part in parts) and parts[0] not in STANDARD_NAMES:
        known = sys.modules.get(name)
        if known is None or _is_file(known, file):
            module = _by_own_name(name)
            if module is not None and _is_file(module, file):
                return module
    return _execute(file, name.replace(".", "_") or "handler")


def _by_own_name(name):
    """None when the name belongs to somebody else: a package that is installed hides a folder of that name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name + ".").startswith(error.name + "."):
            return None
        raise


def _is_file(module, file):
    found = getattr(module, "__file__", None)
    return found is not None and os.path.realpath(found) == os.path.realpath(file)


def _execute(file, name):
    util = load("importlib.util")
    if name in sys.modules or name in STANDARD_NAMES:
        name = "handler_" + name
    spec = util.spec_from_file_location(name, file)
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _function_of(module, module_name, names):
    for name in names:
        found = getattr(module, name, None)
        if found is not None:
            return found
    raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % ("' or '".join(names), module_name))
