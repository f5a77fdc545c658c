"""The interface `streams`."""

import builtins
from copy import deepcopy

from ..encoding import decoded
from .state import editable, entry, invalid, of_kind
from .types import StreamEntry, StreamField, StreamGroup, StreamId, StreamValue, Value_Stream


def _read(i: int) -> StreamValue:
    """Returns the stream of a record."""
    return of_kind(entry(i), Value_Stream).value


def _edit(i: int) -> StreamValue:
    """Returns the stream of a record for an edit."""
    return of_kind(editable(i), Value_Stream).value


def _find(stream: StreamValue, id: StreamId) -> StreamEntry | None:
    """Returns an entry by its id."""
    return next((one for one in stream.entries if one.id == id), None)


def _need(stream: StreamValue, id: StreamId) -> StreamEntry:
    """Returns an entry by its id. Refuses one that is not there."""
    found = _find(stream, id)
    if found is None:
        raise invalid("stream", f"there is no entry {id.ms}-{id.seq}")
    return found


def _check(fields: list[StreamField]) -> list[StreamField]:
    """Returns the fields of an entry. Refuses none at all."""
    if not fields:
        raise invalid("stream", "an entry has at least one field")
    return deepcopy(fields)


def len(i: int) -> int:
    """Returns the number of entries."""
    return builtins.len(_read(i).entries)


def last_id(i: int) -> StreamId:
    """Returns the last id that was given out."""
    return deepcopy(_read(i).last_id)


def ids(i: int, start: int, limit: int) -> list[StreamId]:
    """Returns ids of entries."""
    return [one.id for one in entries(i, start, limit)]


def entries(i: int, start: int, limit: int) -> list[StreamEntry]:
    """Returns entries."""
    return deepcopy(_read(i).entries[start : start + limit])


def get(i: int, id: StreamId) -> list[StreamField] | None:
    """Returns the fields of an entry."""
    found = _find(_read(i), id)
    return None if found is None else deepcopy(found.fields)


def field(i: int, id: StreamId, name: bytes) -> bytes | None:
    """Returns the first field of this name of an entry."""
    return next((one.value for one in get(i, id) or [] if one.name == name), None)


def field_text(i: int, id: StreamId, name: str) -> str | None:
    """Returns the first field of this name of an entry as text."""
    value = field(i, id, name.encode())
    return None if value is None else decoded(value, f'the field "{name}"')


def set(i: int, id: StreamId, fields: list[StreamField]) -> None:
    """Replaces the fields of an entry."""
    _need(_edit(i), id).fields = _check(fields)


def set_field(i: int, id: StreamId, name: bytes, value: bytes) -> None:
    """Sets a field of an entry, at the end if it is new."""
    fields = _need(_edit(i), id).fields
    for one in fields:
        if one.name == name:
            one.value = value
            return
    fields.append(StreamField(name, value))


def set_field_text(i: int, id: StreamId, name: str, value: str) -> None:
    """Sets a field of an entry to a text."""
    set_field(i, id, name.encode(), value.encode())


def rename_field(i: int, id: StreamId, from_: bytes, to: bytes) -> None:
    """Renames the fields of this name of an entry."""
    for one in _need(_edit(i), id).fields:
        if one.name == from_:
            one.name = to


def remove_field(i: int, id: StreamId, name: bytes) -> None:
    """Removes the fields of this name of an entry."""
    found = _need(_edit(i), id)
    found.fields = _check([one for one in found.fields if one.name != name])


def add(i: int, id: StreamId, fields: list[StreamField]) -> None:
    """Adds an entry at the end."""
    stream = _edit(i)
    if (id.ms, id.seq) <= (stream.last_id.ms, stream.last_id.seq):
        raise invalid("stream.add", f"the id {id.ms}-{id.seq} is not larger than the last one")
    stream.entries.append(StreamEntry(deepcopy(id), _check(fields)))
    stream.last_id = deepcopy(id)


def remove(i: int, id: StreamId) -> None:
    """Removes an entry, if it is there."""
    stream = _edit(i)
    stream.entries = [one for one in stream.entries if one.id != id]


def groups(i: int) -> list[StreamGroup]:
    """Returns no consumer groups: streams of the stand-in have none."""
    _read(i)
    return []
