from collections import Counter


def handler(event, context):
    """Counts each word of the event's text."""
    return dict(Counter(event["text"].lower().split()))
