import os
import time


def handler(event, context):
    if event["do"] == "fail":
        raise ValueError("no luck")
    if event["do"] == "kill":
        os.kill(os.getpid(), 9)
    while event["do"] == "hang":
        time.sleep(0.05)
    return event
