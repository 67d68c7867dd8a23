"""Makes the pipes of a driver, says their numbers in a line, and then does what its standard input says, line by line."""
import json
import os
import sys

pipes = {name: os.pipe() for name in ("one", "two", "turn1", "turn2", "reports", "stdin", "leash1", "leash2")}
numbers = {name: reader for name, (reader, _) in pipes.items()}
print(
    json.dumps(
        {
            "protocol": 2,
            "outputs": {
                "one": numbers["one"],
                "two": numbers["two"],
                "turn": [numbers["turn1"], numbers["turn2"]],
            },
            "reports": numbers["reports"],
            "stdin": numbers["stdin"],
            "leash": [numbers["leash1"], numbers["leash2"]],
        }
    ),
    flush=True,
)
sys.stdin.readline()
# The host has opened its ends: what is written to these pipes now can only end there.
os.close(pipes["stdin"][1])
for name in ("one", "two", "reports", "leash1", "leash2"):
    os.close(pipes[name][0])
writers = {name: writer for name, (_, writer) in pipes.items()}
print("begun", flush=True)

for line in sys.stdin:
    command, *words = line.rstrip("\n").split(" ", 2)
    if command == "write":
        data = words[1].encode().replace(b"\\n", b"\n")
        while data:
            data = data[os.write(writers[words[0]], data) :]
    elif command == "release":
        os.close(writers[words[0]])
    elif command == "reopen":
        writers[words[0]] = os.open("/proc/self/fd/%d" % numbers[words[0]], os.O_WRONLY)
    elif command == "renew":
        reader, writer = os.pipe()
        os.dup2(reader, numbers["stdin"])
        os.close(reader)
        os.close(writer)
    elif command == "read":
        data = b""
        while part := os.read(numbers["stdin"], 65536):
            data += part
        print(data.decode(), flush=True)
        continue
    print("done", flush=True)
