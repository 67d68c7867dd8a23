"""The life of a driver: it opens the pipes, loads the handler, and runs one event after the other."""

import os
import sys

from . import bootstrap, state
from .client import JSON
from .control import Control, HostGone, fields
from .environment import EventVariables
from .fault import Fault
from .loading import NotMine, load_handler
from .output import flush, open_pipe, repair
from .own import load
from .records import SINK, use_mark
from .search_path import set_up_imports

W3C = ("traceparent", "tracestate", "baggage")


def main():
    """Never returns."""
    control = Control()
    reader = open_pipe()
    control.send(
        b"ready",
        b'{"protocol":2,"control":[%d,%d],"outputs":{"output":%d},"hooks":true,"claims":%d}'
        % (*control.pipes, reader, control.claims),
    )
    client = bootstrap.LambdaRuntimeClient(control)
    try:
        _, payload = control.receive()
        os.close(reader)
        control.use_pipes()
        options = fields(payload)
        # `anyhandler dev` needs the files whose change affects the function.
        loaded = load(".loaded").Loaded(options["root"]) if "ANYHANDLER_LOADED" in os.environ else None
        handler = _load(client, options, loaded)
        variables = EventVariables(mark=options.get("keepProcesses") != "1")
        while True:
            kind, payload = control.receive()
            if kind == b"context":
                _run_event(client, handler, variables, fields(payload))
                if loaded:
                    loaded.tell()
            elif kind == b"hook":
                _run_hooks(client, str(payload, "ascii"))
    except HostGone:
        _leave()
    except BaseException as error:
        if not isinstance(error, (Exception, SystemExit)):
            # Python reports this exception when it ends, without the driver's frames.
            _hide_own_frames()
        raise


def _load(client, options, loaded):
    """Ends the process if there is no handler."""
    if "records" in options:
        use_mark(options["records"])
    set_up_imports(options)
    try:
        handler = load_handler(options)
    except NotMine:
        client.control.send(b"unknown")
        sys.exit(1)
    except BaseException as error:
        failure = error
    else:
        flush()
        if loaded:
            loaded.tell()
        client.control.send(b"loaded")
        return handler
    _fail_at_start(client, failure, options["target"])


def _fail_at_start(client, error, target):
    """Runs after the `except` block, as in AWS's client: a patch would take the active exception
    for the handler's.
    """
    if not isinstance(error, Exception):
        error = Fault("Runtime.ExitError", "'%s' ended Python with %r while it was imported" % (target, error))
    failures = load(".failures")
    body = failures.error_body(error, "", failures.frames_of(error))
    failures.log_error(body, SINK)
    client.post_init_error(body)
    sys.exit(1)


def _run_event(client, handler, variables, context_fields):
    get = context_fields.get
    request_id = state.request_id = context_fields["requestId"]
    tenant_id = state.tenant_id = get("tenantId")
    state.w3c = {name: context_fields[name] for name in W3C if name in context_fields}

    def handle(payload):
        bootstrap.handle_event_request(
            client,
            handler,
            request_id,
            payload,
            JSON,
            get("clientContext"),
            get("identity"),
            context_fields["functionArn"],
            int(context_fields["deadlineMs"]),
            tenant_id,
            SINK,
        )

    def make_context():
        return bootstrap.create_lambda_context(
            get("clientContext"),
            get("identity"),
            int(context_fields["deadlineMs"]),
            request_id,
            context_fields["functionArn"],
            tenant_id,
        )

    if "records" in context_fields:
        variables.begin(context_fields)
        count = int(context_fields["records"])
        load(".series").run(client, handler, handle, make_context, int(context_fields["event"]), count)
    else:
        _, payload = client.control.receive()
        client.control.begin_event(context_fields["event"])
        variables.begin(context_fields)
        handle(payload)
    # No invoker waits after this line.
    repair()
    variables.end()


def _run_hooks(client, name):
    client.control.begin_event("0")
    try:
        load(".snapshot").run_hooks(name)
    except BaseException as error:
        client.post_invocation_error("", *bootstrap.report(error))
    else:
        client.post_invocation_result("", b"")


def _hide_own_frames():
    show = sys.excepthook
    # Imported earlier. An import at this place makes Python forget the interrupt, and exit with
    # another code.
    without_own = load(".failures").without_own

    def show_without_own(kind, error, stack):
        rest = without_own(stack)
        show(kind, error.with_traceback(rest), rest)

    sys.excepthook = show_without_own


def _leave():
    """The host has no more events, so the handler's exit functions run."""
    if "signal" in sys.modules:
        signal = sys.modules["signal"]
        if callable(signal.getsignal(signal.SIGTERM)):
            signal.raise_signal(signal.SIGTERM)
    sys.exit(0)
