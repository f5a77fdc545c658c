"""The interface `columns`: what cannot be done for a record fails that record alone."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from ..errors import HostError
from . import hashes, records
from . import texts as values_of_texts
from .state import current, entry
from .types import Unhandled, Value, ValueKind

Item = TypeVar("Item")
Result = TypeVar("Result")


def _read(function: Callable[[int], Result]) -> list[Result | None]:
    """Makes a column of what a function returns for each record, failing those where it is refused."""
    column: list[Result | None] = []
    for i in range(current().count):
        try:
            column.append(function(i))
        except HostError as error:
            records.fail(i, Unhandled(error.code, error.message, None))
            column.append(None)
    return column


def _write(function: Callable[[int, Item], None], column: Sequence[Item | None]) -> None:
    """Calls a function for each record with its place in a column, unless that is None."""
    if len(column) != current().count:
        raise RuntimeError(f"the column has {len(column)} places, the batch has {current().count} records")

    def write(i: int) -> None:
        item = column[i]
        if item is not None:
            function(i, item)

    _read(write)


def _numbers() -> Iterable[int]:
    """Walks the numbers of the batch."""
    return range(current().count)


def keys() -> list[bytes]:
    """Returns the keys."""
    return [entry(i).key for i in _numbers()]


def keys_text() -> list[str | None]:
    """Returns the keys as texts."""
    return _read(records.key_text)


def kinds() -> list[ValueKind]:
    """Returns the kinds of the values."""
    return [records.kind(i) for i in _numbers()]


def expiries() -> list[int | None]:
    """Returns when the keys expire."""
    return [records.expires_at(i) for i in _numbers()]


def set_expiries(at: list[int | None]) -> None:
    """Sets when the keys expire; None makes one persistent."""
    _write(lambda i, place: records.set_expires_at(i, at[place]), list(range(len(at))))


def texts() -> list[bytes | None]:
    """Returns the values of text records."""
    return _read(values_of_texts.get)


def texts_text() -> list[str | None]:
    """Returns the values of text records as texts."""
    return _read(values_of_texts.get_text)


def set_texts(values: list[bytes | None]) -> None:
    """Sets the values of text records."""
    _write(values_of_texts.set, values)


def set_texts_text(values: list[str | None]) -> None:
    """Sets the values of text records to texts."""
    _write(values_of_texts.set_text, values)


def fields(name: bytes) -> list[bytes | None]:
    """Returns a field of every hash."""
    return _read(lambda i: hashes.get(i, name))


def fields_text(name: str) -> list[str | None]:
    """Returns a field of every hash as text."""
    return _read(lambda i: hashes.get_text(i, name))


def set_fields(name: bytes, values: list[bytes | None]) -> None:
    """Sets a field of every hash."""
    _write(lambda i, value: hashes.set(i, name, value), values)


def set_fields_text(name: str, values: list[str | None]) -> None:
    """Sets a field of every hash to a text."""
    _write(lambda i, value: hashes.set_text(i, name, value), values)


def rename_fields(from_: bytes, to: bytes) -> None:
    """Renames a field of every hash, where it is there."""
    _read(lambda i: hashes.rename(i, from_, to))


def rename_fields_text(from_: str, to: str) -> None:
    """Renames a field of every hash, where it is there, by names that are text."""
    rename_fields(from_.encode(), to.encode())


def remove_fields(name: bytes) -> None:
    """Removes a field of every hash, where it is there."""
    _read(lambda i: hashes.remove(i, name))


def remove_fields_text(name: str) -> None:
    """Removes a field of every hash, where it is there, by a name that is text."""
    remove_fields(name.encode())


def values() -> list[Value]:
    """Returns the whole values."""
    return [records.get_value(i) for i in _numbers()]


def set_values(values: Sequence[Value | None]) -> None:
    """Sets whole values."""
    write: Callable[[int, Any], None] = records.set_value
    _write(write, values)


def rename(keys: list[bytes | None]) -> None:
    """Asks for keys to be renamed."""
    _write(records.rename, keys)


def rename_text(keys: list[str | None]) -> None:
    """Asks for keys to be renamed to texts."""
    _write(records.rename_text, keys)


def delete(which: list[bool]) -> None:
    """Asks for the keys to be deleted for which it says so."""
    _write(lambda i, _: records.delete(i), [one or None for one in which])
