"""Puts itself around the functions of AWS's client, found in the place that an environment variable names."""
import os
import sys

CALLS = []
PLACE = os.environ.get("PLACE", "awslambdaric")


def find():
    if PLACE == "sys.modules":
        return sys.modules["bootstrap"]
    main = sys.modules["__main__"]
    if PLACE == "main.awslambdaricmain":
        return main.awslambdaricmain.bootstrap
    if PLACE == "main":
        return main.bootstrap
    from awslambdaric import bootstrap

    return bootstrap


bootstrap = find()


def counted(owner, name):
    old = getattr(owner, name)

    def replacement(*args, **kwargs):
        CALLS.append(name)
        if name == "post_init_error":
            print("init error:", args[1]["errorType"], sys.exc_info()[0])
        return old(*args, **kwargs)

    setattr(owner, name, replacement)


counted(bootstrap, "handle_event_request")
for method in ("post_init_error", "post_invocation_result", "post_invocation_error"):
    counted(bootstrap.LambdaRuntimeClient, method)


def handler(event, context):
    from awslambdaric.lambda_context import LambdaContext
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    if event == "fail":
        raise ValueError("as asked")
    calls = CALLS[:]
    CALLS.clear()
    return [
        calls,
        isinstance(context, LambdaContext),
        type(context).__module__,
        LambdaRuntimeClient is bootstrap.LambdaRuntimeClient,
    ]
