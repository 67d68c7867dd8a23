from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()


@xray_recorder.capture("inner")
def inner(event):
    if event.get("fail"):
        raise ValueError("for X-Ray")
    return {"echo": event, "trace": xray_recorder.current_subsegment().trace_id}


def handler(event, context):
    return inner(event)
