"""Checks what a transform hands to the host, and turns text into bytes and back.

The sandbox ends a whole batch where an argument is of a wrong type, so each is checked here, where it costs its record
alone.
"""

from decimal import Decimal
from typing import TypeAlias

from .contract import ErrorCode
from .errors import refusal
from .jsontext import Number

Written: TypeAlias = str | bytes | int | Decimal
"""What can be written: a text, bytes, or an exact number, which is written in digits without an exponent."""

_LARGEST = 2**64 - 1


def as_text(text: str) -> str:
    """Returns the text. Raises a TypeError if it is none, and a UnicodeError for half a surrogate pair."""
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, this is of type {type(text).__name__}")
    if not text.isascii():
        text.encode()
    return text


def as_bytes(value: Written) -> bytes:
    """Returns a value as bytes, text as UTF-8. Raises a TypeError for a float or bool, which print in many ways."""
    if isinstance(value, bytes):
        return value
    return written_text(value).encode()


def written(value: Written) -> str | bytes:
    """Returns a value as text or bytes, whichever it is. Raises a TypeError for a float or bool."""
    if isinstance(value, bytes):
        return value
    return written_text(value)


def written_text(value: str | int | Decimal) -> str:
    """Returns a text as it is and a number in digits. Raises a TypeError for anything else."""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise TypeError(
            f"a str, bytes, int or Decimal can be written; this is of type {type(value).__name__}: say how it looks"
        )
    if isinstance(value, (int, Number)):
        return str(value)
    if not value.is_finite():
        raise ValueError(f"{value} is no number that can be written")
    return f"{value:f}"


def decoded(value: bytes, what: str) -> str:
    """Returns bytes as text. Raises the host's refusal where they are not UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise refusal(ErrorCode.NOT_TEXT, f"{what} is not UTF-8 text; read it as bytes") from None


def as_moment(value: int | None, what: str) -> int | None:
    """Returns a time or a span in milliseconds. Raises a TypeError or ValueError if it does not fit 64 bits."""
    if value is None:
        return None
    return as_count(value, what)


def as_count(value: int, what: str) -> int:
    """Returns a number of 0 or more that fits 64 bits. Raises a TypeError or ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} is a whole number, this is of type {type(value).__name__}")
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"{what} is from 0 to {_LARGEST}, this is {value}")
    return value


def as_index(value: int) -> int:
    """Returns an index, from -1 downwards from the end. Raises a TypeError or the host's refusal otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"an index is a whole number, this is of type {type(value).__name__}")
    if not -(2**63) <= value < 2**63:
        raise refusal(ErrorCode.OUT_OF_RANGE, f"item {value} does not exist")
    return value


def as_score(value: float) -> float:
    """Returns a score. Raises a ValueError for an integer that a double does not hold exactly."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a score is a number, this is of type {type(value).__name__}")
    score = float(value)
    if isinstance(value, int) and score != value:
        raise ValueError(f"{value} does not fit a double exactly; give a float")
    return score
