"""AWS's client, as far as handlers and those who patch it look at it: what is here is what runs."""

__version__ = "4.2.2"
