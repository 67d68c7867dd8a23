"""A series: records of a batch, one after the other. The host hears only of failures.

A handler that waits leaves the processor to others. After it everything is slow, so little is done
then: a record costs half of a single event.
"""

from . import bootstrap
from .client import LambdaMarshaller, LambdaRuntimeClient
from .output import end_record
from .own import load


def _steps():
    """What libraries replace. With other steps than the driver's own, each record takes all of them."""
    return (
        bootstrap.handle_event_request,
        bootstrap.create_lambda_context,
        LambdaRuntimeClient.marshaller,
        LambdaRuntimeClient.post_invocation_result,
        LambdaMarshaller.unmarshal_request,
        LambdaMarshaller.marshal_response,
    )


_OWN_STEPS = _steps()
_OWN = bootstrap.handle_event_request
# So many records are prepared at once: they need memory.
AHEAD = 16


def run(client, handler, handle, make_context, number, count):
    """The first record is the event with this number. The host has taken back a record that can't
    be claimed.
    """
    control = client.control
    payloads = [control.receive()[1] for _ in range(count)]
    prepared = []
    done = 0
    control.begin_series()
    while done < count and control.claim():
        if done == len(prepared):
            prepared += _prepare(client.marshaller, payloads[done : done + AHEAD], make_context)
        ready = prepared[done]
        if ready and bootstrap.handle_event_request is _OWN:
            event, context = ready
            ready = prepared[done] = None
            try:
                result = handler(event, context)
                if result is not None:
                    load(".results").finish(client, result)
                    # It may be large.
                    result = None
            except Exception as error:
                control.begin_event(str(number + done))
                body, cause = bootstrap.report(error, context.aws_request_id)
                client.post_invocation_error(context.aws_request_id, body, cause)
        else:
            control.begin_event(str(number + done))
            handle(payloads[done])
        end_record()
        done += 1
    control.begin_event(str(number))
    control.end_series(done)


def _prepare(marshaller, payloads, make_context):
    """The arguments for the handler; None if they can't be made: the steps then say why."""
    if _steps() != _OWN_STEPS:
        return [None] * len(payloads)
    try:
        return [(marshaller.unmarshal_request(payload), make_context()) for payload in payloads]
    except Exception:
        return [None] * len(payloads)
