from snapshot_restore_py import register_before_snapshot


@register_before_snapshot
def hook():
    raise ConnectionError("no connection")


def handler(event, context):
    return event
