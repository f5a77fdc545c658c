"""The interface `texts`."""

from ..encoding import decoded
from .state import editable, entry, of_kind
from .types import Value_Text


def get(i: int) -> bytes:
    """Returns the value."""
    return of_kind(entry(i), Value_Text).value


def get_text(i: int) -> str:
    """Returns the value as text."""
    return decoded(get(i), "the value")


def set(i: int, value: bytes) -> None:
    """Sets the value."""
    of_kind(editable(i), Value_Text).value = value


def set_text(i: int, value: str) -> None:
    """Sets the value to a text."""
    set(i, value.encode())
