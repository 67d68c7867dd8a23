"""Handlers make contexts and faults of AWS's classes themselves."""
import pickle

from awslambdaric.lambda_context import LambdaContext
from awslambdaric.lambda_runtime_exception import FaultException


def handler(event, context):
    if event == "fault":
        raise FaultException(FaultException.MARSHAL_ERROR, "raised by the handler", None)
    own = LambdaContext("id", {"custom": {"a": 1}}, {"cognitoIdentityId": "c"}, 0, "arn", "tenant")
    return [repr(own), own.identity.cognito_identity_id, pickle.loads(pickle.dumps(own.client_context)).custom]
