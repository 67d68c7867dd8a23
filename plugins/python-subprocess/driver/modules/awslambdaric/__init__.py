"""AWS's client, for handlers and for libraries that patch it: this is the running module."""

__version__ = "4.2.2"
