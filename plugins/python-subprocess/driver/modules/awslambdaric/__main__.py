from . import bootstrap
from .lambda_runtime_client import LambdaRuntimeClient

__all__ = ["LambdaRuntimeClient", "bootstrap"]
