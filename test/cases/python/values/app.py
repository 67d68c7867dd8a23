"""What a handler may return: the event names the value."""
import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import types
import typing
import uuid

D = decimal.Decimal
Point = collections.namedtuple("Point", "x y")


class Named(typing.NamedTuple):
    name: str
    at: Point


class Colour(enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    TWO = 2


class Word(str, enum.Enum):
    HELLO = "hello"


class Text(str):
    def __str__(self):
        return "not this"


class Whole(int):
    def __repr__(self):
        return "not this"


class Real(float):
    def __repr__(self):
        return "not this"


class Ordered(dict):
    def items(self):
        return sorted(super().items())


class AsDict:
    def _asdict(self):
        return {"as": "dict"}


class AsList(list):
    def _asdict(self):
        return {"first": self[0]}


class BadAsDict:
    def _asdict(self):
        return ["no dict"]


class Loud:
    def __repr__(self):
        return "<Loud>"


@dataclasses.dataclass
class Data:
    name: str


def nested(depth, value):
    for _ in range(depth):
        value = [value]
    return value


def circular_list():
    value = [1]
    value.append({"again": value})
    return value


def circular_dict():
    value = {}
    value["self"] = value
    return value


def circular_exotic():
    value = collections.OrderedDict()
    value["self"] = [value]
    return value


SHARED = {"shared": [D("1.0")]}

VALUES = {
    "object": lambda: {"statusCode": 200, "body": "Hello World"},
    "order of keys": lambda: {"b": 1, "a": 2, "c": {"z": 1, "y": 2}},
    "list": lambda: [1, "two", 3.0, None, True, False, {}, [], ""],
    "tuple": lambda: (1, (2, 3), ()),
    "text": lambda: "plain",
    "empty text": lambda: "",
    "none": lambda: None,
    "true": lambda: True,
    "zero": lambda: 0,
    "big integers": lambda: [10**30, -(10**19), 2**63, 2**64],
    "too big an integer": lambda: {"n": 10**5000},
    "floats": lambda: [0.1 + 0.2, 1e22, 1e-7, -0.0, 1.0, 123456789.123456789, 5e-324, 1.7976931348623157e308],
    "not numbers": lambda: [float("nan"), float("inf"), float("-inf")],
    "not a number alone": lambda: float("nan"),
    "unicode": lambda: {"Zoë": "Łódź 日本語 🎉 \u2028 \ufeff \u00a0 \x7f \x80"},
    "controls": lambda: "".join(map(chr, range(0x20))) + '"\\/',
    "decimals": lambda: [D("1.10"), D("1E+5"), D("-0"), D("0.000000001"), D("12345678901234567890.123"), {"price": D("9.99")}],
    "decimal alone": lambda: D("3.14"),
    "decimals that are none": lambda: [D("NaN"), D("-NaN"), D("sNaN"), D("Infinity"), D("-Infinity")],
    "decimal as key": lambda: {D("1.5"): 1},
    "named tuple": lambda: Point(1, [2]),
    "named tuples inside": lambda: {"points": [Point(1, 2), Named("n", Point(D("0.5"), None))]},
    "method _asdict": lambda: [AsDict(), AsList([7])],
    "bad method _asdict": lambda: BadAsDict(),
    "class with _asdict": lambda: Point,
    "ordered dict": lambda: collections.OrderedDict([("b", 1), ("a", collections.OrderedDict())]),
    "default dict": lambda: collections.defaultdict(list, {"x": [1]}),
    "counter": lambda: collections.Counter("banana"),
    "dict that sorts": lambda: Ordered(b=1, a=2),
    "deque": lambda: collections.deque([1]),
    "chain map": lambda: collections.ChainMap({"a": 1}),
    "user dict": lambda: collections.UserDict(a=1),
    "mapping proxy": lambda: types.MappingProxyType({"a": 1}),
    "integer enumeration": lambda: [Number.TWO, {Number.TWO: Number.TWO}],
    "text enumeration": lambda: [Word.HELLO, {Word.HELLO: Word.HELLO}],
    "enumeration": lambda: {"colour": Colour.RED},
    "subclass of str": lambda: [Text("text"), {Text("key"): Text("value")}],
    "subclass of int": lambda: [Whole(5), {Whole(6): 7}],
    "subclass of float": lambda: [Real(5.5), Real("nan"), {Real(6.5): 7}],
    "keys of all kinds": lambda: {1: "int", 1.5: "float", True: "bool", None: "none", "s": "str", -0.0: "zero", 10**20: "big"},
    "keys that are no numbers": lambda: {float("nan"): 1, float("inf"): 2, float("-inf"): 3},
    "keys that become the same": lambda: {1: "a", "1": "b"},
    "bytes as key": lambda: {b"k\xc3\xbc": 1},
    "bad bytes as key": lambda: {b"\xff": 1},
    "tuple as key": lambda: {(1, 2): 3},
    "enumeration as key": lambda: {Colour.RED: 1},
    "bytes": lambda: b"raw \x00\xff",
    "empty bytes": lambda: b"",
    "bytes that look like JSON": lambda: b'{"a":1}',
    "bytes inside": lambda: [b"in\xc3\xbc", {"k": b""}],
    "bad bytes inside": lambda: [b"\xff\xfe"],
    "bytearray": lambda: bytearray(b"x"),
    "memoryview": lambda: [memoryview(b"x")],
    "array": lambda: {"a": array.array("i", [1])},
    "set": lambda: {"s": {1}},
    "frozen set": lambda: frozenset([1]),
    "complex": lambda: [1j],
    "ellipsis": lambda: ...,
    "not implemented": lambda: NotImplemented,
    "date": lambda: {"at": datetime.datetime(2026, 1, 2)},
    "uuid": lambda: uuid.UUID(int=1),
    "fraction": lambda: fractions.Fraction(1, 3),
    "data class": lambda: Data("x"),
    "any object": lambda: [Loud()],
    "function": lambda: {"f": nested},
    "class": lambda: Loud,
    "range": lambda: range(3),
    "dict view": lambda: {"a": 1}.keys(),
    "iterator": lambda: iter([1]),
    "exception": lambda: ValueError("x"),
    "circular list": circular_list,
    "circular dict": circular_dict,
    "circular and exotic": circular_exotic,
    "shared but not circular": lambda: [SHARED, SHARED, {"again": SHARED}],
    "deep": lambda: nested(400, 1),
    "too deep": lambda: nested(100_000, 1),
    "many": lambda: {str(i): [i, str(i), i / 7] for i in range(2000)},
    "JSON in a string": lambda: {"body": '{"a": "\\u00e9"}', "isBase64Encoded": False},
}


def handler(event, context):
    return VALUES[event]()
