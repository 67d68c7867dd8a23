"""
Receives webhooks of a code host behind a function URL or an HTTP API. It checks the signature, answers pings, and logs one JSON line for every push
and release. It needs only Python's standard library; the secret is in an environment variable.
"""
import base64
import hashlib
import hmac
import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(logging.INFO)

SECRET = os.environ.get("WEBHOOK_SECRET", "").encode()

# Warm workers keep these ids, so that a worker handles a repeated delivery only once.
_seen = {}
SEEN_LIMIT = 1000


def handler(event, context):
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    body = _body_of(event)
    if not SECRET:
        logger.error("WEBHOOK_SECRET is not set")
        return _answer(500, "this function has no secret")
    if not _is_signed(body, headers.get("x-hub-signature-256", "")):
        return _answer(401, "the signature does not fit")

    kind = headers.get("x-github-event", "")
    if kind == "ping":
        return _answer(200, "pong")
    delivery = headers.get("x-github-delivery", context.aws_request_id)
    if _is_known(delivery):
        return _answer(200, "taken before")

    try:
        payload = json.loads(body)
    except ValueError as error:
        return _answer(400, "the body is not JSON: %s" % error)
    summary = SUMMARIES.get(kind)
    if summary is None:
        return _answer(202, "nothing to do for %s" % (kind or "an event without a name"))
    print(json.dumps({"kind": kind, "delivery": delivery, **summary(payload)}, ensure_ascii=False))
    return _answer(202, "taken")


def _body_of(event):
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _is_signed(body, signature):
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def _is_known(delivery):
    if delivery in _seen:
        return True
    _seen[delivery] = True
    if len(_seen) > SEEN_LIMIT:
        del _seen[next(iter(_seen))]
    return False


def _push(payload):
    commits = payload.get("commits", [])
    return {"repository": payload["repository"]["full_name"], "branch": payload["ref"].rpartition("/")[2], "commits": len(commits)}


def _release(payload):
    return {"repository": payload["repository"]["full_name"], "tag": payload["release"]["tag_name"], "action": payload["action"]}


SUMMARIES = {"push": _push, "release": _release}


def _answer(status, message):
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps({"message": message})}
