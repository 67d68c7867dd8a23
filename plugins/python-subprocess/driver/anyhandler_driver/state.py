"""State that several modules share: the running event and the log."""

import os

request_id = ""
tenant_id = None
# The W3C trace context: the host has taken it out of the client context.
w3c = {}

LOG_FORMAT = "JSON" if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON" else "TEXT"
# Read as by AWS's client: a value that is none of logging's names means no level.
LOG_LEVEL = {"TRACE": "DEBUG"}.get(
    os.environ.get("AWS_LAMBDA_LOG_LEVEL", ""), os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
).upper()
