"""Receives one change of the table `stock`, and returns its typed attributes as plain JSON."""


def handler(event, context):
    item = event["dynamodb"]["NewImage"]
    if item["count"] < 0:
        raise ValueError("%s has a count below zero" % item["sku"])
    print("%s: %s left" % (item["sku"], item["count"]))
    return item
