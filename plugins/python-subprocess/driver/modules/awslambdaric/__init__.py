"""AWS's client for handlers and for libraries that patch it: this module is the one that runs."""

__version__ = "4.2.2"
