"""Which of the files beside this one win over the standard library."""
import importlib
import os

NAMES = sorted(name[:-3] if name.endswith(".py") else name for name in os.listdir(os.path.dirname(__file__)) if name != "app.py")


def handler(event, context):
    return {name: hasattr(importlib.import_module(name), "SHADOW") for name in NAMES if not name.startswith("_")}


def fails(event, context):
    raise ValueError("beside a logging package")
