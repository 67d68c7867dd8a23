"""What the handler knows of the event and of where it runs."""
import os
import sys

calls = []


def everything(event, context):
    shown = dict(vars(context))
    identity = shown.pop("identity")
    client = shown.pop("client_context")
    return {
        "vars": shown,
        "repr": repr(context),
        "text": str(context),
        "identity": [identity.cognito_identity_id, identity.cognito_identity_pool_id, repr(identity)],
        "client": repr(client),
        "w3c": context.w3c(),
        "class": type(context).__name__,
        "time": 0 < context.get_remaining_time_in_millis() <= 30_000,
        "time is whole": isinstance(context.get_remaining_time_in_millis(), int),
    }


def client_context(event, context):
    client = context.client_context
    return [client.custom, client.env, client.client and [client.client.installation_id, client.client.app_title]]


def can_be_changed(event, context):
    context.mine = "added"
    context.function_name = "changed"
    return [context.mine, context.function_name]


def out_of_time(event, context):
    return context.get_remaining_time_in_millis()


def trace_id(event, context):
    return [os.environ.get("_X_AMZN_TRACE_ID"), os.popen("echo $_X_AMZN_TRACE_ID").read()]


def surroundings(event, context):
    return {
        "cwd": os.getcwd(),
        "file": __file__,
        "name": __name__,
        "root": os.environ.get("LAMBDA_TASK_ROOT"),
        "first": sys.path[0],
        "stdin": sys.stdin.read(),
    }


def state(event, context):
    calls.append(event)
    return calls
