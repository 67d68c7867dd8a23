"""A series: records of a batch, one after the other. The host hears only of failures."""

from .output import end_line


def run(control, handle, number, count):
    """The first record is the event with this number. The host has taken back a record that can't be claimed."""
    payloads = [control.receive()[1] for _ in range(count)]
    done = 0
    control.begin_series()
    while done < count and control.claim():
        control.begin_event(str(number + done))
        handle(payloads[done])
        end_line()
        done += 1
    control.begin_event(str(number))
    control.end_series(done)
