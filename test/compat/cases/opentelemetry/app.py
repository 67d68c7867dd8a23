from opentelemetry import trace


def handler(event, context):
    span = trace.get_current_span()
    return {"span": span.name, "recording": span.is_recording(), "trace": format(span.get_span_context().trace_id, "032x")}
