"""Finds and imports the handler as AWS's client does. It can also be in any file."""

import importlib
import os
import sys

from .fault import Fault
from .own import load

# Modules that are part of AWS's runtimes.
MODULES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "modules")
FUNCTIONS = ("handler", "lambda_handler")


# Python 3.9 lists only the modules that are compiled into it.
STANDARD_NAMES = frozenset(getattr(sys, "stdlib_module_names", sys.builtin_module_names))


class NotMine(Exception):
    """Python finds no module of that name. The host can then name the likely cause."""


def load_handler(fields):
    """The function of a `load` frame. Raises Fault, the module's exception, or NotMine."""
    target = fields["target"]
    function = fields.get("function")
    if "file" not in fields:
        if fields.get("maybe") == "1" and not _is_found(target.replace("/", ".").partition(".")[0]):
            raise NotMine
        name, function = _split(target)
        return _function_of(_import(name, _by_name), name, [function])
    name = target[: -len(function) - 1] if function else without_extension(target)
    module = _import(name, lambda _: _from_file(fields["file"], fields["root"]))
    found = _function_of(module, name, [function] if function else FUNCTIONS)
    if not function and not hasattr(module, FUNCTIONS[0]):
        os.environ["_HANDLER"] = "%s.%s" % (name, FUNCTIONS[1])
    return found


def _is_found(name):
    """Tells if Python finds a module by itself among the function's, its layers' and installed
    packages. Python's own modules and the driver's don't count.
    """
    try:
        spec = load("importlib.util").find_spec(name)
    except (ImportError, ValueError):
        return False
    if spec is None or spec.origin in ("built-in", "frozen"):
        return False
    folders = [spec.origin] if spec.has_location else list(spec.submodule_search_locations or [])
    return not any(_is_standard(os.path.realpath(folder)) for folder in folders)


def _is_standard(path):
    standard = os.path.dirname(os.path.realpath(os.__file__))
    own = os.path.dirname(MODULES)
    installed = "/site-packages/" in path or "/dist-packages/" in path
    return path.startswith(own + "/") or path.startswith(standard + "/") and not installed


def _split(target):
    module_name, dot, function = target.rpartition(".")
    if not dot:
        raise Fault(
            "Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % target
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
    return module_name, function


def without_extension(path):
    """The name in messages: the path without the extension."""
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
    """Imports it by its name, so that other modules can import it too. If no name leads to this
    file, imports it from the file.
    """
    parts = without_extension(os.path.relpath(file, root)).split(os.sep)
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
    """None when the name belongs to another package: an installed package hides a folder of that
    name.
    """
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
