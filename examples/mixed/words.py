"""POST /words with a text: its words, the most frequent first."""

import base64
import re
from collections import Counter


def handler(event, context):
    text = event.get("body") or ""
    if event.get("isBase64Encoded"):
        text = base64.b64decode(text).decode()
    counts = Counter(re.findall(r"\w+", text.lower())).most_common()
    return {
        "statusCode": 200,
        "headers": {"content-type": "text/plain; charset=utf-8"},
        "body": "".join(f"{count} {word}\n" for word, count in counts),
    }
