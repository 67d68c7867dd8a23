import json


def handler(event, context):
    if (event.get("queryStringParameters") or {}).get("fail") == "1":
        raise ValueError("asked for")
    return {"statusCode": 200, "body": json.dumps({"id": event["pathParameters"]["id"]})}
