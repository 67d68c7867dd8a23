from anyhandler_driver.client import LambdaMarshaller, LambdaRuntimeClient

from .lambda_runtime_exception import FaultException

BaseLambdaRuntimeClient = LambdaRuntimeClient

__all__ = ["BaseLambdaRuntimeClient", "FaultException", "LambdaMarshaller", "LambdaRuntimeClient"]
