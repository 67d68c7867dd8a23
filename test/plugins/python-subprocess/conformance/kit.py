"""The handlers that the conformance kit asks for."""
import os
import signal
import subprocess
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
