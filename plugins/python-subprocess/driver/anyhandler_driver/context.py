"""The context object, attribute for attribute that of AWS."""

import os
import sys
import time

from .fault import Fault
from .own import load


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]

    def __repr__(self):
        return _show(self, self.__slots__)


class Client:
    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]

    def __repr__(self):
        return _show(self, self.__slots__)


class ClientContext:
    __slots__ = ["custom", "env", "client"]

    def __repr__(self):
        return _show(self, self.__slots__)


W3C = ("traceparent", "tracestate", "baggage")
SHOWN = (
    "aws_request_id",
    "log_group_name",
    "log_stream_name",
    "function_name",
    "memory_limit_in_mb",
    "function_version",
    "invoked_function_arn",
    "client_context",
    "identity",
    "tenant_id",
)


class LambdaContext:
    """One event's surroundings. Made by create_context, which fills `__dict__` in the order of AWS's."""

    def get_remaining_time_in_millis(self):
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def w3c(self):
        """The W3C trace context of the event: traceparent, tracestate, baggage, those that came."""
        return dict(self._w3c_fields)

    def log(self, msg):
        """Writes a record to the log."""
        text = str(msg)
        sys.stdout.write(text if text.endswith("\n") else text + "\n")

    def __repr__(self):
        return _show(self, SHOWN)


def _show(instance, names):
    pairs = ",".join(["%s=%s" % (name, getattr(instance, name)) for name in names])
    return "%s([%s])" % (type(instance).__name__, pairs)


_function = {}


def forget_function():
    """The variables may differ from now on."""
    _function.clear()


def _read_function():
    environ = os.environ.get
    _function.update(
        aws_request_id=None,
        log_group_name=environ("AWS_LAMBDA_LOG_GROUP_NAME"),
        log_stream_name=environ("AWS_LAMBDA_LOG_STREAM_NAME"),
        function_name=environ("AWS_LAMBDA_FUNCTION_NAME"),
        memory_limit_in_mb=environ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        function_version=environ("AWS_LAMBDA_FUNCTION_VERSION"),
    )


def create_context(fields):
    """From the fields of a `context` frame. Raises Fault when what should be JSON isn't."""
    if not _function:
        _read_function()
    attributes = _function.copy()
    attributes["aws_request_id"] = fields["requestId"]
    attributes["invoked_function_arn"] = fields["functionArn"]
    attributes["tenant_id"] = fields.get("tenantId")
    attributes["_w3c_fields"] = {name: fields[name] for name in W3C if name in fields}
    attributes["client_context"] = _client_context(fields["clientContext"]) if "clientContext" in fields else None
    attributes["identity"] = _identity(fields.get("identity"))
    attributes["_epoch_deadline_time_in_ms"] = int(fields["deadlineMs"])
    context = LambdaContext()
    context.__dict__ = attributes
    return context


def _identity(text):
    found = _parse(text, "Cognito Identity") if text else {}
    identity = CognitoIdentity()
    identity.cognito_identity_id = found.get("cognitoIdentityId")
    identity.cognito_identity_pool_id = found.get("cognitoIdentityPoolId")
    return identity


def _client_context(text):
    found = _parse(text, "Client Context")
    context = _fill(ClientContext(), found)
    if context is not None:
        context.client = _fill(Client(), context.client)
    return context


def _fill(instance, found):
    if found is None:
        return None
    for name in instance.__slots__:
        setattr(instance, name, found.get(name))
    return instance


def _parse(text, name):
    try:
        return load("json").loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, error)) from None
