"""A driver whose events run in processes of their own, which report by themselves: the tests' stand-in for a shell."""
import fcntl
import json
import os
import signal
import sys
import time

control_in = os.fdopen(fcntl.fcntl(3, fcntl.F_DUPFD_CLOEXEC, 10), "rb")
control_out = fcntl.fcntl(4, fcntl.F_DUPFD_CLOEXEC, 10)
os.close(3)
os.close(4)


def receive():
    header = control_in.readline()
    if not header:
        sys.exit(0)
    kind, *lengths = header.split()
    if len(lengths) == 3:
        global number
        number = " " + lengths[2].decode()
    return kind.decode(), *(control_in.read(int(length)) for length in lengths[:2])


number = ""


def send(kind, payload=b""):
    os.write(control_out, b"%s %d%s\n%s" % (kind.encode(), len(payload), number.encode(), payload))


outputs = {}
writers = {}
for name in ("stdout", "result", "stderr"):
    outputs[name], writers[name] = os.pipe()
reports, report_writer = os.pipe()
send("ready", json.dumps({"protocol": 2, "outputs": outputs, "reports": reports, "idle": True, "hooks": True, "frameLimit": 1000, "environment": "ENVIRONMENT" in os.environ}).encode())
receive()
send("loaded")


def say(line):
    os.write(report_writer, line.encode() + b"\n")


def report(kind, text=""):
    say(f"{kind}{number} {text}".rstrip())


def handle(event, context):
    if event == b"\0":
        with open(context["eventFile"], "rb") as file:
            os.write(writers["stdout"], b"%d" % len(file.read()))
        report("done")
    elif event == b"respond":
        report('head', '{"http":{"statusCode":404,"headers":{"X-A":"1","X-B":"2"},"cookies":["a=1"]}}')
        report('head', '{"contentType":"text/plain","http":{"headers":{"x-a":"3"},"cookies":["b=2"]}}')
        os.write(writers["stdout"], b"gone")
        report("done")
    elif event == b"stream":
        os.write(writers["stdout"], b"debugging\n")
        report('head', '{"stream":"result"}')
        os.write(writers["result"], b"one")
        os.write(writers["stdout"], b"more debugging\n")
        report("done")
    elif event == b"noise":
        say("no report")
        say("head [1]")
        say("done already")
        say("done")
        say("done 99")
        os.write(writers["stdout"], b"ok")
        report("done")
        report("done")
    elif event == b"fail":
        report('cause', '{"exceptions":[]}')
        report('failed', '{"errorType":"Function.Bad","errorMessage":"bad"}')
    else:
        os.write(writers["stdout"], event)
        report("done")
        if event == b"linger":
            time.sleep(0.3)
            os.write(writers["stdout"], b"too late")
            os.write(writers["stderr"], b"late log\n")
        if event == b"murder":
            time.sleep(0.05)
            os.kill(os.getppid(), signal.SIGKILL)


while True:
    kind, context, *rest = receive()
    if kind == "hook":
        number = " 0"
        send("done") if os.environ.get("HOOK") != "fails" else send("failed", b'{"errorType":"HookError","errorMessage":"no"}')
        send("idle")
        continue
    if rest:
        os.write(writers["stdout"], json.dumps({"kind": kind, "variables": context.decode().split("\n")}).encode())
        event = rest[0] if kind == "task" else open(rest[0], "rb").read()
    else:
        _, event = receive()
    fields = dict(line.split("=", 1) for line in context.decode().splitlines())
    if "event" in fields:
        number = " " + fields["event"]
    if "eventFile" in fields:
        event = b"\0"
    child = os.fork()
    if child == 0:
        handle(event, fields)
        os._exit(0)
    os.waitpid(child, 0)
    send("idle")
