from collections import Counter


def handler(event, context):
    """How often each word stands in the event's text."""
    return dict(Counter(event["text"].lower().split()))
