"""Fails at its import, with an error reporter that has something to flush."""
import atexit
import time


def report():
    for line in range(8):
        print("flushed", line)
        time.sleep(0.003)


atexit.register(report)
raise RuntimeError("at import")
