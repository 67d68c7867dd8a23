def handler(event, context):
    if event.get("fail"):
        raise ValueError("for Datadog")
    return {"echo": event, "name": context.function_name}
