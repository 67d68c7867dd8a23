def handler(event, context):
    return {"body": "Hello World", "statusCode": 200}
