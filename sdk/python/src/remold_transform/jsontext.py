"""JSON without loss: between text and Python's own data."""

import json
import re
from decimal import Decimal
from typing import Any, Never

MAX_DEPTH = 100
"""How deep JSON may be nested."""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


class Number(Decimal):
    """A number of a JSON document that has a fraction or an exponent: exact, and printed as it was written."""

    __slots__ = ("_spelling",)
    _spelling: str

    def __new__(cls, text: str) -> "Number":
        """Reads a number. What is computed with it is a plain Decimal."""
        number = super().__new__(cls, text)
        number._spelling = text
        return number

    def __str__(self) -> str:
        """Returns the number as it was written."""
        return self._spelling


def from_json(text: str | bytes) -> Any:
    """Parses JSON without loss: `1.50` is a `Decimal` that prints as `1.50`, and no number becomes a float.

    Raises a ValueError for what is no JSON (RFC 8259), for a name that occurs twice in an object, for half a surrogate
    pair, and for nesting beyond 100 levels.
    """
    if isinstance(text, bytes):
        text = text.decode()
    _check_depth(text)
    try:
        data = _DECODER.decode(text)
    except ArithmeticError:
        raise ValueError("a number is beyond what can be computed with") from None
    if "\\u" in text:
        _SPELT.encode(data).encode()
    return data


def to_json(data: Any) -> str:
    """Prints data as compact JSON: None, bool, int, Decimal, float, str, lists, tuples, and dicts in their order.

    Raises a TypeError for other types and for names that are no text, a ValueError for a number that JSON does not have
    and for nesting beyond 100 levels.
    """
    return "".join(_printed(data, 0))


def _printed(data: Any, depth: int) -> list[str]:
    """Returns the pieces of printed data."""
    if isinstance(data, str) or data is None or isinstance(data, bool):
        return [_SPELT.encode(data)]
    if isinstance(data, (int, float, Decimal)):
        return [_number(data)]
    if depth >= MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    pieces: list[str] = []
    if isinstance(data, dict):
        for name, value in data.items():
            if not isinstance(name, str):
                raise TypeError(f"the name of a member is a text, this is of type {type(name).__name__}")
            pieces += [",", _SPELT.encode(name), ":", *_printed(value, depth + 1)]
        return ["{", *pieces[1:], "}"]
    if isinstance(data, (list, tuple)):
        for item in data:
            pieces += [",", *_printed(item, depth + 1)]
        return ["[", *pieces[1:], "]"]
    raise TypeError(f"JSON has no form for the type {type(data).__name__}")


def _number(number: int | float | Decimal) -> str:
    """Returns a number as JSON has it."""
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise ValueError(f"JSON has no number for {number}")
        return str(number)
    return _SPELT.encode(number)


def _no_number(word: str) -> Never:
    """Refuses NaN and the infinities, which Python's parser would take."""
    raise ValueError(f"JSON has no number for {word}")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Makes a dict of an object, unless a name occurs twice."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} occurs twice")
    return members


_DECODER = json.JSONDecoder(parse_float=Number, parse_constant=_no_number, object_pairs_hook=_members)
_SPELT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str)


def _check_depth(text: str) -> None:
    """Raises a ValueError for nesting that the parser's stack might not hold."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
        elif token in "]}":
            depth -= 1
