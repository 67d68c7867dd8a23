def handler(event, context):
    return [__name__, event]


class Namespace:
    @staticmethod
    def method(event, context):
        return "never reached by a dotted name"


def version(event, context):
    import sys

    return sys.version
