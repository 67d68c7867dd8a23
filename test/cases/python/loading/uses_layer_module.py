import snapshot_restore_py


@snapshot_restore_py.register_before_snapshot
def before():
    pass


def handler(event, context):
    return [snapshot_restore_py.get_before_snapshot() == [(before, (), {})], snapshot_restore_py.get_after_restore()]
