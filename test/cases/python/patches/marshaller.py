"""A function may bring a marshaller of its own."""
import json

from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller


class Own(LambdaMarshaller):
    def unmarshal_request(self, request, content_type="application/json"):
        return ["unmarshalled", json.loads(request)]

    def marshal_response(self, response):
        return "own:" + json.dumps(response), "text/own"


LambdaRuntimeClient.marshaller = Own()


def handler(event, context):
    return event
