"""The interface `lists`."""

import builtins

from ..encoding import decoded
from ..errors import HostError, refusal
from .state import editable, entry, of_kind
from .types import ErrorCode, Value_List


def _read(i: int) -> list[bytes]:
    """Returns the items of a record."""
    return of_kind(entry(i), Value_List).value


def _edit(i: int) -> list[bytes]:
    """Returns the items of a record for an edit."""
    return of_kind(editable(i), Value_List).value


def _beyond(index: int, size: int) -> HostError:
    """Returns the refusal of an index that names no item."""
    return refusal(ErrorCode.OUT_OF_RANGE, f"item {index} does not exist, there are {size}")


def _position(items: list[bytes], index: int) -> int:
    """Returns the place of an item. Refuses an index that names none."""
    size = builtins.len(items)
    if not -size <= index < size:
        raise _beyond(index, size)
    return index % size


def len(i: int) -> int:
    """Returns the number of items."""
    return builtins.len(_read(i))


def get(i: int, index: int) -> bytes:
    """Returns an item."""
    found = _read(i)
    return found[_position(found, index)]


def get_text(i: int, index: int) -> str:
    """Returns an item as text."""
    return decoded(get(i, index), f"the item {index}")


def set(i: int, index: int, value: bytes) -> None:
    """Replaces an item."""
    found = _edit(i)
    found[_position(found, index)] = value


def set_text(i: int, index: int, value: str) -> None:
    """Replaces an item by a text."""
    set(i, index, value.encode())


def push(i: int, value: bytes) -> None:
    """Adds an item at the end."""
    _edit(i).append(value)


def push_text(i: int, value: str) -> None:
    """Adds a text at the end."""
    push(i, value.encode())


def push_front(i: int, value: bytes) -> None:
    """Adds an item at the beginning."""
    _edit(i).insert(0, value)


def insert(i: int, index: int, value: bytes) -> None:
    """Inserts an item before another one."""
    found = _edit(i)
    size = builtins.len(found)
    if not -size <= index <= size:
        raise _beyond(index, size)
    found.insert(index, value)


def remove(i: int, index: int) -> None:
    """Removes an item."""
    found = _edit(i)
    del found[_position(found, index)]


def clear(i: int) -> None:
    """Removes all items."""
    _edit(i).clear()


def items(i: int, start: int, limit: int) -> list[bytes]:
    """Returns items."""
    return _read(i)[start : start + limit]


def items_text(i: int, start: int, limit: int) -> list[str]:
    """Returns items as texts."""
    return [decoded(item, f"the item {start + place}") for place, item in enumerate(items(i, start, limit))]
