def handler(event, context):
	if event:
        return event
