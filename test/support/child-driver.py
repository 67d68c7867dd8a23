"""A small driver for the tests of the child lane."""
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

control_in = fcntl.fcntl(3, fcntl.F_DUPFD_CLOEXEC, 10)
control_out = fcntl.fcntl(4, fcntl.F_DUPFD_CLOEXEC, 10)
os.close(3)
os.close(4)


def read_exactly(count):
    data = b""
    while len(data) < count:
        part = os.read(control_in, count - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def receive():
    header = b""
    while not header.endswith(b"\n"):
        header += read_exactly(1)
    kind, length = header.split()
    return kind.decode(), read_exactly(int(length))


event_number = ""


def send(kind, payload=b""):
    data = b"%s %d%s\n%s" % (kind.encode(), len(payload), event_number.encode(), payload)
    while data:
        data = data[os.write(control_out, data) :]


def fields(payload):
    return dict(line.split("=", 1) for line in payload.decode().splitlines())


if os.environ.get("DRIVER") == "dies":
    sys.exit("cannot start: no luck")
outputs = {}
for name, number in (("stdout", 1), ("stderr", 2)):
    reader, writer = os.pipe()
    os.dup2(writer, number)
    os.close(writer)
    outputs[name] = reader
ready = {"protocol": 1 if os.environ.get("DRIVER") == "old" else 2, "outputs": outputs}
pipes = os.environ.get("CONTROL") == "pipes"
if pipes:
    (pipe_in, host_writes), (host_reads, pipe_out) = os.pipe(), os.pipe()
    ready["control"] = [pipe_in, pipe_out]
send("ready", json.dumps(ready).encode())
_, load = receive()
if pipes:
    os.close(host_writes)
    os.close(host_reads)
    control_in, control_out = pipe_in, pipe_out
if fields(load)["name"] == "broken":
    send("failed", json.dumps({"errorType": "Runtime.HandlerNotFound", "errorMessage": "no such handler"}).encode())
    sys.exit(1)
send("loaded")
while True:
    _, context = receive()
    os.environ["ANYHANDLER_MARK"] = fields(context)["mark"]
    event_number = " " + fields(context)["event"]
    _, event = receive()
    if event == b"hang":
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        time.sleep(1000)
    elif event == b"kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif event == b"exit":
        os._exit(7)
    elif event == b"garbage":
        os.write(control_out, b"this is no frame\n")
        time.sleep(1000)
    elif event == b"fail":
        send("failed", json.dumps({"errorType": "ValueError", "errorMessage": "wrong", "stackTrace": ["here"]}).encode())
    elif event == b"leave":
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        send("done", str(child.pid).encode())
    elif event == b"print":
        os.write(1, b"x" * 100_000)
        os.write(2, b"to stderr\n")
        with open("/dev/stdout", "w") as stdout:
            stdout.write("by name\n")
        send("done", b"printed")
    elif event == b"count":
        for number in range(30_000):
            os.write(1, b"%d\n" % number)
        send("done", b"counted")
    elif event == b"last":
        os.write(1, b"last words\n")
        send("done", b"said")
        os._exit(7)
    elif event == b"stream":
        send("head", b'{"stream":true}')
        for number in range(3):
            send("chunk", b"%d" % number)
        send("done", b"end")
    else:
        send("done", event)
