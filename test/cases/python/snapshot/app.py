"""SnapStart hooks."""
import os
import random

from snapshot_restore_py import register_after_restore, register_before_snapshot

order = []
random.seed(1)


@register_before_snapshot
def first():
    order.append("before, registered first")
    print("hook prints")


@register_after_restore
def restored():
    order.append("after, registered first")


register_before_snapshot(lambda *args, **kwargs: order.append("before, registered second: %r %r" % (args, kwargs)), 1, two=2)
register_after_restore(lambda: order.append("after, registered second"))


def handler(event, context):
    return {"order": order, "random": random.random(), "stream": context.log_stream_name}
