"""POST /hooks/payment: the payment service calls it. A real handler would send the message to the queue `payments`; this one answers with the message."""
import hmac
import json
import os

SECRET = os.environ.get("SHOP_SECRET", "secret")


def handler(event, context):
    given = {name.lower(): value for name, value in _headers(event)}.get("x-secret", "")
    if not hmac.compare_digest(given.encode(), SECRET.encode()):
        return {"statusCode": 401, "body": "the secret does not fit"}
    message = {"order": json.loads(event["body"])["order"]}
    print(json.dumps({"queue": "payments", **message}))
    return {"statusCode": 202, "headers": {"content-type": "application/json"}, "body": json.dumps(message)}


def _headers(event):
    several = event.get("multiValueHeaders")
    if several:
        return [(name, values[-1]) for name, values in several.items()]
    return (event.get("headers") or {}).items()
