"""The Python side of anyhandler: runs handlers as AWS's own runtime does. Standard library only."""
