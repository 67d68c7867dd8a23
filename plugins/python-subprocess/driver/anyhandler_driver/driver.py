"""The life of a driver: pipes, load, one event after the other."""

import os
import sys

from . import state
from .client import JSON, in_main
from .context import create_context
from .control import Control, HostGone, fields
from .environment import EventVariables
from .fault import Fault
from .loading import load_handler, set_up_path
from .logging_hook import set_up_logging
from .output import flush, open_pipe, repair
from .own import load
from .values import decode, encode

# Answers of these very types are JSON; of all others a look is taken at what they can do.
PLAIN = frozenset([dict, str, list, int, float, bool, tuple, type(None)])


def main():
    """Never returns."""
    control = Control()
    reader = open_pipe()
    control.send(
        b"ready", b'{"protocol":2,"control":[%d,%d],"outputs":{"output":%d},"hooks":true}' % (*control.pipes, reader)
    )
    client = in_main("LambdaRuntimeClient")(control)
    try:
        _, payload = control.receive()
        os.close(reader)
        control.use_pipes()
        options = fields(payload)
        handler = _load(client, options)
        variables = EventVariables(mark=options.get("keepProcesses") != "1")
        while True:
            kind, payload = control.receive()
            if kind == b"context":
                _run_event(client, handler, variables, fields(payload))
            elif kind == b"hook":
                _run_hooks(client, str(payload, "ascii"))
    except HostGone:
        _leave()


def _load(client, options):
    """Ends the process when there is no handler to be had."""
    set_up_path(options["root"])
    set_up_logging()
    try:
        handler = load_handler(options)
    except SystemExit as error:
        _fail_at_start(
            client,
            Fault("Runtime.ExitError", "'%s' ended Python with %r while it was imported" % (options["target"], error)),
        )
        raise
    except Exception as error:
        _fail_at_start(client, error)
        sys.exit(1)
    flush()
    client.control.send(b"loaded")
    return handler


def _fail_at_start(client, error):
    body, _ = _report(error)
    client.post_init_error(body)


def _run_event(client, handler, variables, context_fields):
    _, payload = client.control.receive()
    client.control.begin_event(context_fields["event"])
    state.request_id = context_fields["requestId"]
    state.tenant_id = context_fields.get("tenantId")
    variables.begin(context_fields)
    in_main("handle_event_request")(client, handler, context_fields, payload)
    # From here on nobody waits.
    repair()
    variables.end()


def handle_event_request(lambda_runtime_client, request_handler, context_fields, payload):
    request_id = context_fields["requestId"]
    try:
        context = create_context(context_fields)
        result = request_handler(_unmarshal(payload), context)
        if type(result) in PLAIN:
            answer, content_type = _marshal(result), JSON
        else:
            answer, content_type = load(".results").finish(lambda_runtime_client.control, result)
    except Exception as error:
        body, cause = _report(error, request_id)
        lambda_runtime_client.post_invocation_error(request_id, body, cause)
    else:
        lambda_runtime_client.post_invocation_result(request_id, answer, content_type)


def _unmarshal(payload):
    try:
        return decode(payload)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error) from error


def _marshal(value):
    try:
        return encode(value)
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error) from error


def _report(error, request_id=""):
    if isinstance(error, MemoryError):
        _release(error.__traceback__)
    return load(".failures").report(error, request_id)


def _release(stack):
    """What took up the memory hangs on the stack, and telling about it needs some."""
    while stack is not None:
        try:
            stack.tb_frame.clear()
        except RuntimeError:  # our own, which still runs
            pass
        stack = stack.tb_next


def _run_hooks(client, name):
    client.control.begin_event("0")
    try:
        load(".snapshot").run_hooks(name)
    except BaseException as error:
        client.post_invocation_error("", *_report(error))
    else:
        client.post_invocation_result("", b"")


def _leave():
    """The host has no more events. What the handler wants to do at its end, it does now."""
    if "signal" in sys.modules:
        signal = sys.modules["signal"]
        if callable(signal.getsignal(signal.SIGTERM)):
            signal.raise_signal(signal.SIGTERM)
    sys.exit(0)
