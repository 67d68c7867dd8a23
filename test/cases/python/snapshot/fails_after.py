from snapshot_restore_py import register_after_restore


@register_after_restore
def hook():
    raise ConnectionError("no connection")


def handler(event, context):
    return event
