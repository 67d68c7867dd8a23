import logging  # noqa: F401 - first: it sets itself up with what follows

from anyhandler_driver.logs import JsonFormatter

__all__ = ["JsonFormatter"]
