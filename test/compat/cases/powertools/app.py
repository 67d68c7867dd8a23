import os

os.environ["POWERTOOLS_SERVICE_NAME"] = "orders"
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Compat"

from aws_lambda_powertools import Logger, Metrics  # noqa: E402
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver  # noqa: E402
from aws_lambda_powertools.metrics import MetricUnit  # noqa: E402
from aws_lambda_powertools.utilities.validation import validate  # noqa: E402

logger = Logger()
metrics = Metrics()
app = APIGatewayHttpResolver()
SCHEMA = {"type": "object", "required": ["item"], "properties": {"item": {"type": "string"}}}


@app.get("/hello/<name>")
def hello(name):
    metrics.add_metric(name="Hello", unit=MetricUnit.Count, value=1)
    logger.info("asked", extra={"who": name})
    return {"hello": name}


@app.post("/orders")
def order():
    validate(event=app.current_event.json_body, schema=SCHEMA)
    return {"ok": True}


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event, context):
    return app.resolve(event, context)
