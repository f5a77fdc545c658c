"""What the checks share."""

from collections.abc import Iterator
from contextlib import contextmanager

from remold_transform import ErrorCode, HostError

NOW = 1_767_225_600_000
"""The clock that cases have."""

RAW = b"\xff\x00"
"""A value that is no text, and a name for it."""


@contextmanager
def refused(code: ErrorCode) -> Iterator[None]:
    """Fails unless the host refuses what is done with a code."""
    try:
        yield
    except HostError as error:
        assert error.code == code and error.message, f"{error.code} is not {code}"
        return
    raise AssertionError(f"it is not refused as {code}")


def same(found: object, expected: object) -> None:
    """Fails unless two things are equal."""
    assert found == expected, f"{found!r} is not {expected!r}"
