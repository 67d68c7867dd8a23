"""SAM's local API Gateway as a reader: lines of {"kind":…,"answer":BASE64} in, lines of {"malformed":…,"status":…,"body":BASE64} out."""

import base64
import json
import logging
import sys

from flask import Flask, request
from samcli.local.apigw.local_apigw_service import LocalApigwService
from samcli.local.apigw.route import Route

logging.disable(logging.CRITICAL)


def read(kind, answer):
    if kind in ("http", "url"):
        return LocalApigwService._parse_v2_payload_format_lambda_output(answer, [], request)
    event_type = Route.API if kind == "rest" else Route.HTTP
    return LocalApigwService._parse_v1_payload_format_lambda_output(answer, ["*/*"], request, event_type)


with Flask("readers").test_request_context("/", headers={"Accept": "*/*"}):
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            status, _headers, body = read(asked["kind"], base64.b64decode(asked["answer"]).decode("utf-8", "replace"))
            body = body if isinstance(body, bytes) else str("" if body is None else body).encode()
            print(json.dumps({"malformed": False, "status": status, "body": base64.b64encode(body).decode()}))
        except Exception as error:  # Whatever it raises becomes a 502 there.
            print(json.dumps({"malformed": True, "why": str(error)}))
