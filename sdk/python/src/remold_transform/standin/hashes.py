"""The interface `hashes`."""

import builtins

from ..encoding import decoded
from .state import editable, entry, expiry, invalid, of_kind
from .types import HashField, Value_Hash


def _read(i: int) -> list[HashField]:
    """Returns the fields of a record."""
    return of_kind(entry(i), Value_Hash).value


def _edit(i: int) -> list[HashField]:
    """Returns the fields of a record for an edit."""
    return of_kind(editable(i), Value_Hash).value


def _find(fields: list[HashField], name: bytes) -> HashField | None:
    """Returns the field of this name."""
    return next((field for field in fields if field.name == name), None)


def get(i: int, name: bytes) -> bytes | None:
    """Returns the value of a field."""
    field = _find(_read(i), name)
    return None if field is None else field.value


def get_text(i: int, name: str) -> str | None:
    """Returns the value of a field as text."""
    value = get(i, name.encode())
    return None if value is None else decoded(value, f'the field "{name}"')


def set(i: int, name: bytes, value: bytes) -> None:
    """Sets a field, which keeps its own expiry."""
    fields = _edit(i)
    field = _find(fields, name)
    if field is None:
        fields.append(HashField(name, value, None))
    else:
        field.value = value


def set_text(i: int, name: str, value: str) -> None:
    """Sets a field to a text."""
    set(i, name.encode(), value.encode())


def rename(i: int, from_: bytes, to: bytes) -> None:
    """Renames a field."""
    fields = _edit(i)
    field = _find(fields, from_)
    if field is None or from_ == to:
        return
    remove(i, to)
    field.name = to


def rename_text(i: int, from_: str, to: str) -> None:
    """Renames a field whose names are text."""
    rename(i, from_.encode(), to.encode())


def remove(i: int, name: bytes) -> None:
    """Removes a field, if it is there."""
    fields = _edit(i)
    fields[:] = [field for field in fields if field.name != name]


def remove_text(i: int, name: str) -> None:
    """Removes a field whose name is text."""
    remove(i, name.encode())


def contains(i: int, name: bytes) -> bool:
    """Says whether there is a field of this name."""
    return _find(_read(i), name) is not None


def contains_text(i: int, name: str) -> bool:
    """Says whether there is a field of this name, which is text."""
    return contains(i, name.encode())


def len(i: int) -> int:
    """Returns the number of fields."""
    return builtins.len(_read(i))


def clear(i: int) -> None:
    """Removes all fields."""
    _edit(i).clear()


def names(i: int, start: int, limit: int) -> list[bytes]:
    """Returns names of fields."""
    return [field.name for field in _read(i)[start : start + limit]]


def names_text(i: int, start: int, limit: int) -> list[str]:
    """Returns names of fields as texts."""
    return [decoded(name, f"the field name {name!r}") for name in names(i, start, limit)]


def fields(i: int, start: int, limit: int) -> list[HashField]:
    """Returns fields."""
    return [HashField(field.name, field.value, field.expires_at) for field in _read(i)[start : start + limit]]


def fields_text(i: int, start: int, limit: int) -> list[tuple[str, str]]:
    """Returns names and values of fields as texts."""
    page = fields(i, start, limit)
    return [
        (decoded(field.name, f"the field name {field.name!r}"), decoded(field.value, f"the field {field.name!r}"))
        for field in page
    ]


def expires_at(i: int, name: bytes) -> int | None:
    """Returns when a field expires."""
    field = _find(_read(i), name)
    return None if field is None else field.expires_at


def set_expires_at(i: int, name: bytes, at: int | None) -> None:
    """Sets when a field expires."""
    field = _find(_edit(i), name)
    if field is None:
        raise invalid("hash.set_expires_at", f"there is no field {name!r}")
    field.expires_at = expiry(at)
