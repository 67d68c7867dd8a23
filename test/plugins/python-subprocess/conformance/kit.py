"""The handlers that the conformance kit asks for."""
import os
import signal
import subprocess
import sys
import time


def echo(event, context):
    return event


def fail(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
    return event


def hang(event, context):
    if event.get("hang"):
        subprocess.Popen(["setsid", "sleep", "1000"])
        time.sleep(1000)
    return event


def end(event, context):
    if event.get("exit"):
        sys.exit(3)
    return event


def fork(event, context):
    if not event.get("fork"):
        return event
    if os.fork() == 0:
        return {"answeredBy": "the copy"}
    time.sleep(0.3)
    return event


def context(event, context):
    return {
        "requestId": context.aws_request_id,
        "deadlineMs": round(time.time() * 1000) + context.get_remaining_time_in_millis(),
        "functionArn": context.invoked_function_arn,
        "traceId": os.environ.get("_X_AMZN_TRACE_ID"),
    }


def parts(breaks):
    for number in range(1, 6):
        if number > 1:
            time.sleep(0.1)
        if breaks and number > 1:
            raise ValueError("the stream broke as it was told")
        yield f"part {number}\n".encode()


def stream(event, context):
    if event.get("break") or event.get("stream"):
        return parts(event.get("break"))
    return event


def kill(event, context):
    if event.get("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    return event


LATE = "sleep 0.2; while :; do echo late; sleep 0.05; done"


def background(event, context):
    if not event.get("background"):
        return event
    # Popen itself leaves the session: its process id is the loop's own.
    return {"pid": subprocess.Popen(["sh", "-c", LATE], start_new_session=True).pid}


def all_bytes(event, context):
    return bytes(range(256))


def debug(event, context):
    print("debug output")
    return event


def descriptors(event, context):
    with open("/dev/stdin") as stdin:
        assert stdin.read() == ""
    for name in ("stderr", "stdout"):
        with open("/dev/" + name, "w") as stream:
            stream.write(name + " by name\n")
    return event


def pause(event, context):
    time.sleep(0.02)
    return event
