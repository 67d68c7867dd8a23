"""As in OpenTelemetry's own layer."""
import os
from importlib import import_module

from opentelemetry import trace
from opentelemetry.instrumentation.aws_lambda import AwsLambdaInstrumentor
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
os.environ["_HANDLER"] = os.environ["ORIG_HANDLER"]
AwsLambdaInstrumentor().instrument()
module, function = os.environ["ORIG_HANDLER"].rsplit(".", 1)
lambda_handler = getattr(import_module(module), function)
