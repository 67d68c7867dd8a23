"""Handlers on Powertools for AWS Lambda, as its users write them."""
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, APIGatewayRestResolver, LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.middleware_factory import lambda_handler_decorator
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="shop")
tracer = Tracer(service="shop")
metrics = Metrics(namespace="Shop", service="orders")
api = APIGatewayRestResolver()
http_api = APIGatewayHttpResolver()
url = LambdaFunctionUrlResolver()
processor = BatchProcessor(event_type=EventType.SQS)


@logger.inject_lambda_context(log_event=True, clear_state=True)
def logs(event, context: LambdaContext):
    logger.append_keys(order=event["order"])
    logger.info("placing the order", extra={"amount": 17.5})
    logger.debug("not shown")
    logger.warning({"a": "dict"})
    try:
        raise ValueError("no stock for Łódź")
    except ValueError:
        logger.exception("it failed")
    return {"keys": sorted(logger.get_current_keys())}


@tracer.capture_lambda_handler
def traced(event, context):
    @tracer.capture_method
    def inner(value):
        tracer.put_annotation("key", "value")
        return value * 2

    with tracer.provider.in_subsegment("## part") as segment:
        segment.put_metadata("a", 1)
    return inner(event["n"])


@metrics.log_metrics(capture_cold_start_metric=True)
def measured(event, context):
    metrics.add_metric(name="Orders", unit=MetricUnit.Count, value=event["orders"])
    metrics.add_dimension(name="Country", value="PL")
    metrics.add_metadata(key="order", value="id-1")
    return "measured"


@api.get("/orders/<order>")
def order_of(order: str):
    if order == "0":
        raise NotFoundError("no such order")
    if order == "teapot":
        return Response(status_code=418, content_type="text/plain", body="short and stout", headers={"X-Tea": "green"}, cookies=[])
    return {"order": order, "query": api.current_event.query_string_parameters}


@api.post("/orders")
def place():
    return {"placed": api.current_event.json_body}, 201


@http_api.get("/ping")
def ping():
    return {"pong": True}


@url.get("/<name>")
def greet(name):
    return {"hello": name}


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def rest(event, context):
    return api.resolve(event, context)


def http(event, context):
    return http_api.resolve(event, context)


def function_url(event, context):
    return url.resolve(event, context)


def place_one(record):
    payload = record.json_body
    if payload["n"] % 2:
        raise ValueError("odd: %d" % payload["n"])
    return payload


@tracer.capture_lambda_handler
def batch(event, context):
    return process_partial_response(event=event, record_handler=place_one, processor=processor, context=context)


@event_source(data_class=SQSEvent)
def data_class(event: SQSEvent, context):
    return [one.body for one in event.records]


@lambda_handler_decorator
def with_header(handler, event, context):
    response = handler(event, context)
    response["wrapped"] = True
    return response


@with_header
def decorated(event, context):
    return {"name": context.function_name, "left": context.get_remaining_time_in_millis() > 0}
