"""How handlers fail: the event names the way."""
import contextlib
import functools
import json
import threading
import time

import helper


class Custom(Exception):
    pass


class lowercase(Exception):
    pass


class Coded(Exception):
    def __init__(self, code):
        super().__init__("has a code", code)
        self.code = code


class Shown(Exception):
    def __str__(self):
        return "shown by __str__"


class Outer:
    class Inner(Exception):
        """Its name has no dot in AWS's errors."""

    def method(self):
        raise Outer.Inner("from a method")


WAYS = {}


def way(function):
    WAYS[function.__name__] = function
    return function


@way
def value_error():
    raise ValueError("wrong value")


@way
def key_error():
    return {}["missing"]


@way
def no_message():
    raise RuntimeError


@way
def empty_message():
    raise RuntimeError("")


@way
def custom():
    raise Custom("my own")


@way
def lower_case_class():
    raise lowercase("class")


@way
def inner_class():
    Outer().method()


@way
def several_arguments():
    raise Coded(7)


@way
def arguments_that_are_no_text():
    raise ValueError({"a": [1]}, None)


@way
def own_str():
    raise Shown("hidden")


@way
def unicode_message():
    raise ValueError("Łódź 日本 🎉 \"quoted\" \\ \x00")


@way
def lines_in_message():
    raise ValueError("first\nsecond\r\n  third\n")


@way
def long_message():
    raise ValueError("x" * 50_000)


@way
def division():
    return 1 / 0


@way
def assertion():
    assert 1 == 2, "one isn't two"


@way
def bare_assertion():
    assert not WAYS


@way
def attribute():
    return None.missing


@way
def type_error():
    return "a" + 1


@way
def name_error():
    return undefined_name  # noqa: F821


@way
def raised_from():
    try:
        helper.outer("cause")
    except LookupError as error:
        raise Custom("consequence") from error


@way
def raised_meanwhile():
    try:
        helper.outer("first")
    except LookupError:
        raise Custom("second")


@way
def raised_again():
    try:
        helper.outer("again")
    except LookupError:
        raise


@way
def in_another_module():
    helper.outer([1, "two"])


@way
def recursion():
    return recursion()


@way
def in_lambda():
    return (lambda: 1 / 0)()


@way
def in_comprehension():
    return [1 / n for n in (2, 1, 0)]


@way
def in_sort_key():
    return sorted([1, "a"], key=lambda item: item.missing)


@way
@functools.lru_cache
def wrapped():
    raise Custom("behind a wrapper")


@way
def in_context_manager():
    @contextlib.contextmanager
    def manager():
        try:
            yield
        finally:
            raise Custom("from the manager")

    with manager():
        raise ValueError("from the body")


@way
def evaluated():
    return eval("1 / 0")


@way
def executed():
    exec(compile("def f():\n    raise KeyError('executed')\nf()", "<made up>", "exec"), {})


@way
def syntax_error():
    compile("def broken(:\n", "made_up.py", "exec")


@way
def import_error():
    import module_that_does_not_exist  # noqa: F401


@way
def json_error():
    json.loads("{")


@way
def unicode_error():
    b"\xff".decode("utf-8")


@way
def os_error():
    open("/no/such/file")


@way
def stop_iteration():
    next(iter([]))


@way
def memory_error():
    raise MemoryError


@way
def not_implemented():
    raise NotImplementedError


@way
def timeout_error():
    raise TimeoutError("too slow")


@way
def a_statement_of_several_lines():
    return dict(
        a=1,
        b=1 / 0,
    )


@way
def thread_that_dies():
    thread = threading.Thread(target=helper.inner, args=("in a thread",), name="worker")
    thread.start()
    thread.join()
    return "the handler is well"


@way
def thread_pool():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(helper.inner, "pooled").result()


@way
def slow_failure():
    time.sleep(0.01)
    raise ValueError("after a while")


@way
def no_failure():
    return "well"


def handler(event, context):
    return WAYS[event]()


def no_parameters():
    return "unreachable"


def one_parameter(event):
    return "unreachable"


class Callable:
    def __call__(self, event, context):
        return "called"


instance = Callable()
handler_class = dict
not_callable = "text"
partial = functools.partial(lambda greeting, event, context: [greeting, event], "hello")
