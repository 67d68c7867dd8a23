from newrelic_lambda.lambda_handler import lambda_handler


@lambda_handler()
def handler(event, context):
    if event.get("fail"):
        raise ValueError("for New Relic")
    return {"echo": event, "request": context.aws_request_id}
