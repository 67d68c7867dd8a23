import time


def hello(event, context):
    return {"body": "Hello World", "statusCode": 200}


def echo_event(event, context):
    return event


def wait_a_little(event, context):
    time.sleep(0.05)
    return {"body": "Hello World", "statusCode": 200}
