from anyhandler_driver.client import LambdaMarshaller
from anyhandler_driver.failures import to_json

from .lambda_runtime_exception import FaultException

__all__ = ["FaultException", "LambdaMarshaller", "to_json"]
