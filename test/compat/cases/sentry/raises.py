import app  # noqa: F401

raise LookupError("at import")
