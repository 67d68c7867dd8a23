"""Shared state of several modules about the running event, and about the log."""

import os

request_id = ""
tenant_id = None
# The W3C trace context: the host has taken it out of the client context.
w3c = {}

LOG_FORMAT = "JSON" if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON" else "TEXT"
# As AWS's client reads it: other values than logging's own names mean no level.
LOG_LEVEL = {"TRACE": "DEBUG"}.get(
    os.environ.get("AWS_LAMBDA_LOG_LEVEL", ""), os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
).upper()
