"""Answers batches with Powertools for AWS Lambda: one JSON case a line comes in, one answer a line goes out.

{"processor": "SQS", "skipGroup": false, "raise": true, "records": [...], "failing": ["m1"]}
"""

import json
import sys

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError


def processor_of(case):
    if case["processor"] == "FIFO":
        processor = SqsFifoPartialProcessor(skip_group_on_error=case["skipGroup"])
    else:
        processor = BatchProcessor(event_type=EventType[case["processor"]])
    processor.raise_on_entire_batch_failure = case["raise"]
    return processor


def identifier_of(record):
    part = record.raw_event.get("kinesis") or record.raw_event.get("dynamodb") or record.raw_event
    return part.get("messageId") or part.get("sequenceNumber") or part.get("SequenceNumber")


def answer(case):
    def handle(record):
        if identifier_of(record) in case["failing"]:
            raise ValueError(identifier_of(record))

    processor = processor_of(case)
    try:
        with processor(records=case["records"], handler=handle):
            processor.process()
    except BatchProcessingError:
        return "all failed"
    return processor.response()


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
