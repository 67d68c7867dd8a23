"""One record: 1 ms of CPU and 5 ms of waiting. By itself, and as Powertools' sequential processor calls it."""

import time


def record(record, lambda_context=None):
    end = time.thread_time() + 0.001
    while time.thread_time() < end:
        pass
    time.sleep(0.005)


def batch(event, context):
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    processor = BatchProcessor(event_type=EventType.SQS)
    return process_partial_response(event, record, processor, context)
