"""Handlers that stream: generators and async generators."""
import asyncio
import os
import time


def lines(event, context):
    for number in range(event["count"]):
        yield "line %d\n" % number


def waits(event, context):
    """Goes on when somebody has seen the first part and made the file."""
    yield "first"
    while not os.path.exists(event["file"]):
        time.sleep(0.005)
    yield "second"


def kinds(event, context):
    yield "text: Ü"
    yield b" bytes"
    yield bytearray(b" bytearray")
    yield memoryview(b" memoryview")
    yield ""


def http(event, context):
    yield {"statusCode": 201, "headers": {"content-type": "text/html"}, "cookies": ["a=b"]}
    yield "<p>"
    yield "</p>"


def typed(event, context):
    yield {"contentType": "text/csv"}
    yield "a,b\n"


def empty(event, context):
    return
    yield


def bad_head(event, context):
    yield {"status": 200}


def bad_part(event, context):
    yield "good"
    yield 5


def fails_at_once(event, context):
    raise ValueError("before the first part")
    yield


def fails_midway(event, context):
    yield "begun"
    raise ValueError("midway")


def large(event, context):
    for _ in range(event["parts"]):
        yield b"x" * 100_000


class Resource:
    closed = 0


def cleans_up(event, context):
    try:
        yield "a"
        yield 5
    finally:
        Resource.closed += 1


def closed(event, context):
    return cleans_up(event, context) if event["fail"] else Resource.closed


async def async_lines(event, context):
    for number in range(event["count"]):
        yield "line %d\n" % number
        await asyncio.sleep(0)


async def async_waits(event, context):
    yield "first"
    while not os.path.exists(event["file"]):
        await asyncio.sleep(0.005)
    yield "second"


async def async_fails_midway(event, context):
    yield "begun"
    await asyncio.sleep(0)
    raise ValueError("midway")


async def returns_generator(event, context):
    return lines(event, context)
