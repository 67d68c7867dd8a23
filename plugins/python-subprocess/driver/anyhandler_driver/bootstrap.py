"""One event. This module is also AWS's `awslambdaric.bootstrap`, with the same names. Libraries
replace `handle_event_request` and methods of `LambdaRuntimeClient`, so each call looks them up
here.
"""

import sys

from .client import PLAIN, LambdaRuntimeClient
from .context import create_lambda_context
from .own import load

__all__ = ["LambdaRuntimeClient", "create_lambda_context", "handle_event_request"]


def handle_event_request(
    lambda_runtime_client,
    request_handler,
    invoke_id,
    event_body,
    content_type,
    client_context_json,
    cognito_identity_json,
    invoked_function_arn,
    epoch_deadline_time_in_ms,
    tenant_id,
    log_sink,
    invocation_id=None,
):
    try:
        context = create_lambda_context(
            client_context_json,
            cognito_identity_json,
            epoch_deadline_time_in_ms,
            invoke_id,
            invoked_function_arn,
            tenant_id,
        )
        marshaller = lambda_runtime_client.marshaller
        result = request_handler(marshaller.unmarshal_request(event_body, content_type), context)
        if type(result) in PLAIN:
            answer, answer_type = marshaller.marshal_response(result)
        else:
            answer, answer_type = load(".results").finish(lambda_runtime_client, result)
    except Exception as error:
        body, cause = report(error, invoke_id)
        lambda_runtime_client.post_invocation_error(invoke_id, body, cause, invocation_id)
    else:
        lambda_runtime_client.post_invocation_result(invoke_id, answer, answer_type, invocation_id)


def report(error, request_id=""):
    """Logs a failure; gives the JSON for the invoker and for X-Ray."""
    if isinstance(error, MemoryError):
        _release(error.__traceback__)
    return load(".failures").report(error, request_id)


def _release(stack):
    """The stack holds the objects that took up the memory, and a report needs some memory."""
    while stack is not None:
        try:
            stack.tb_frame.clear()
        except RuntimeError:  # our own, which still runs
            pass
        stack = stack.tb_next


def __getattr__(name):
    """The other names of AWS's module are made at their first use."""
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(load(".client_names"), name)


def main_module():
    """AWS's main module knows it as `awslambdaric.__main__`."""
    __import__("awslambdaric.__main__")
    return sys.modules["awslambdaric.__main__"]
