"""The context object, with the same attributes as AWS's."""

import os
import time

from . import state
from .fault import Fault
from .own import load
from .records import SINK


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
    """The context of one event."""

    def __init__(
        self,
        invoke_id,
        client_context,
        cognito_identity,
        epoch_deadline_time_in_ms,
        invoked_function_arn=None,
        tenant_id=None,
    ):
        if not _function:
            _read_function()
        # In the same order as AWS's, because `vars(context)` shows it.
        attributes = _function.copy()
        attributes["aws_request_id"] = invoke_id
        attributes["invoked_function_arn"] = invoked_function_arn
        attributes["tenant_id"] = tenant_id
        attributes["_w3c_fields"] = _w3c_of(client_context) if client_context else {}
        attributes["client_context"] = None if client_context is None else _client_context(client_context)
        attributes["identity"] = identity = CognitoIdentity()
        found = cognito_identity or _NOTHING
        identity.cognito_identity_id = found.get("cognitoIdentityId")
        identity.cognito_identity_pool_id = found.get("cognitoIdentityPoolId")
        attributes["_epoch_deadline_time_in_ms"] = epoch_deadline_time_in_ms
        self.__dict__ = attributes

    def get_remaining_time_in_millis(self):
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def w3c(self):
        """The W3C trace context of the event: those of traceparent, tracestate and baggage that the
        event has.
        """
        return dict(self._w3c_fields)

    def log(self, msg):
        """Writes a record to the log."""
        SINK.log(str(msg))

    def __repr__(self):
        return _show(self, SHOWN)


def _show(instance, names):
    pairs = ",".join(["%s=%s" % (name, getattr(instance, name)) for name in names])
    return "%s([%s])" % (type(instance).__name__, pairs)


_function = {}
_NOTHING = {}


def forget_function():
    """The environment variables may have changed."""
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


def create_lambda_context(
    client_context_json,
    cognito_identity_json,
    epoch_deadline_time_in_ms,
    invoke_id,
    invoked_function_arn,
    tenant_id,
):
    """Raises Fault if the text is no JSON."""
    client_context = _parse(client_context_json, "Client Context") if client_context_json else None
    cognito_identity = _parse(cognito_identity_json, "Cognito Identity") if cognito_identity_json else None
    context = LambdaContext(
        invoke_id, client_context, cognito_identity, epoch_deadline_time_in_ms, invoked_function_arn, tenant_id
    )
    if state.w3c:
        context._w3c_fields = state.w3c
    return context


def _w3c_of(client_context):
    """Removes the trace context, as AWS's client does. For an event, the host has already removed
    it.
    """
    found = client_context.pop("w3c", None) if isinstance(client_context, dict) else None
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in W3C if isinstance(found.get(name), str)}


def _client_context(found):
    context = _fill(ClientContext(), found)
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
    except Exception as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, error)) from None


for _class in (LambdaContext, CognitoIdentity, Client, ClientContext):
    # AWS's classes are in this module, and pickle looks for them here.
    _class.__module__ = "awslambdaric.lambda_context"
