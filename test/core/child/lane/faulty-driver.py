"""Drivers that break the protocol of docs/child-languages.md, one fault each: FAULT names it."""
import json
import os
import signal
import sys
import time

fault = os.environ["FAULT"]
event_number = ""


def read_exactly(count):
    data = b""
    while len(data) < count:
        part = os.read(3, count - len(data))
        if not part:
            time.sleep(1000 if fault == "stays" else 0)
            sys.exit(0)
        data += part
    return data


def receive():
    header = b""
    while not header.endswith(b"\n"):
        header += read_exactly(1)
    kind, length = header.split()
    return kind.decode(), read_exactly(int(length)).decode()


def send(kind, payload=b"", number=None):
    number = event_number if number is None else number
    os.write(4, b"%s %d%s\n%s" % (kind.encode(), len(payload), number.encode(), payload))


reader, writer = os.pipe()
os.dup2(writer, 1)
ready = {"protocol": 2, "outputs": {"stdout": reader}}
if fault == "silent":
    time.sleep(1000)
if fault == "half-ready":
    os.write(4, b'ready 600\n{"prot')
    time.sleep(1000)
if fault == "closes":
    os.close(4)
    time.sleep(1000)
if fault == "unknown-output":
    ready["outputs"]["stdlog"] = reader
if fault == "missing-output":
    ready["outputs"] = {}
if fault == "wrong-type":
    ready["leash"] = "seven"
if fault == "control-unused":
    (a, b), (c, d) = os.pipe(), os.pipe()
    ready["control"] = [a, c]
if fault == "stays":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if fault == "never-idle":
    ready["idle"] = True
if fault.startswith("series"):
    claims = os.pipe()[0]
    ready["claims"] = claims
send("ready", json.dumps(ready).encode())
receive()
if fault == "never-loaded":
    time.sleep(1000)
send("loaded")
if fault == "dies-unused":
    time.sleep(0.05)
    os._exit(3)
while True:
    _, context = receive()
    fields = dict(line.split("=", 1) for line in context.splitlines())
    event_number = " " + fields["event"]
    for _ in range(int(fields.get("records", "1"))):
        _, event = receive()
    if fault.startswith("series") and "records" in fields:
        os.read(claims, 0 if fault == "series-unbegun" else 2)
        if fault == "series-lies":
            send("done", b"1")
        if fault == "series-chunk":
            send("chunk", b"part")
        if fault == "series-forges":
            send("failed", b"{}", " 4")
        if fault == "series-late":
            send("failed", b'{"errorType":"E","errorMessage":"first"}')
            send("done", b"2")
            continue
        os._exit(3)
    first = event == "one"
    if first and fault == "second-ready":
        send("ready", json.dumps(ready).encode())
    if first and fault == "chunk":
        send("chunk", b"part")
    if first and fault == "failed-text":
        send("failed", b"no JSON")
    if first and fault == "bad-head":
        send("head", b'{"http":{"cookies":"a=b"}}')
    if first and fault == "closes-later":
        os.close(4)
        time.sleep(1000)
    if first and fault == "half-done":
        os.write(4, b"done 600 1\nanswer")
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "forks" and first and os.fork() == 0:
        time.sleep(0.1)
        send("done", b"of a child")
        os._exit(0)
    send("done", event.encode())
    if fault == "dies-idle":
        time.sleep(0.05)
        os._exit(3)
    if first and fault == "done-twice":
        send("done", b"once more")
    if first and fault == "text":
        os.write(4, b"some text\n")
