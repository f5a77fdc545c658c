"""Values as they are written in tests: `{"hash": {"name": "Ada"}}`, as in the cases of a migration."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from ..jsontext import to_json
from ..values import hash_value, list_value, set_value, sorted_set_value, stream_value, text_value
from .state import Entry, in_order
from .types import (
    StreamId,
    Value,
    Value_Hash,
    Value_List,
    Value_Opaque,
    Value_Set,
    Value_SortedSet,
    Value_Stream,
    Value_Text,
)

Shape: TypeAlias = Mapping[str, Any]
"""A value and the expiry: one of text, json, list, set, sortedSet, hash and stream, and expiresAt (Unix milliseconds).

A hash is a mapping (`{"name": "Ada"}`), a field with an expiry `{"value": "Ada", "expiresAt": 1}`; a sorted set is a
mapping of members to scores; a stream is a list of `{"id": "1-0", "fields": {…}}`. Anything may be given as bytes too.
"""

Plain: TypeAlias = str | bytes
"""A text where it is UTF-8, bytes where it is not."""


def read(key: Plain, shape: Shape) -> Entry:
    """Makes a record of a shape. Raises a ValueError for a shape that is none."""
    shape = dict(shape)
    expires_at = shape.pop("expiresAt", None)
    if len(shape) != 1:
        raise ValueError(f"a record has exactly one kind of value, this has {sorted(shape)}")
    ((kind, contents),) = shape.items()
    return Entry(key.encode() if isinstance(key, str) else key, _value(kind, contents), expires_at)


def show(entry: Entry) -> dict[str, Any]:
    """Returns the shape of a record: the same words that it can be made of."""
    shape = _shape(entry.value)
    if entry.expires_at is not None:
        shape["expiresAt"] = entry.expires_at
    return shape


def plain(value: bytes) -> Plain:
    """Returns bytes as text where they are UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _value(kind: str, contents: Any) -> Value:
    """Makes a value of a shape's contents."""
    match kind:
        case "text":
            return text_value(contents)
        case "json":
            return text_value(to_json(contents))
        case "list":
            return list_value(contents)
        case "set":
            return set_value(contents)
        case "sortedSet":
            return sorted_set_value(contents)
        case "hash":
            return _hash(contents)
        case "stream":
            return stream_value((one["id"], one["fields"]) for one in contents)
    raise ValueError(f"{kind!r} is no kind of value: text, json, list, set, sortedSet, hash and stream are")


def _hash(fields: Mapping[str, Any]) -> Value_Hash:
    """Makes a hash, with the expiries of its fields."""
    plain_fields = {name: one["value"] if isinstance(one, Mapping) else one for name, one in fields.items()}
    made = hash_value(plain_fields)
    for field, one in zip(made.value, fields.values(), strict=True):
        if isinstance(one, Mapping):
            field.expires_at = one["expiresAt"]
    return made


def _shape(value: Value) -> dict[str, Any]:
    """Returns the shape of a value."""
    match value:
        case Value_Text(text):
            return {"text": plain(text)}
        case Value_List(items):
            return {"list": [plain(item) for item in items]}
        case Value_Set(members):
            return {"set": {plain(member) for member in members}}
        case Value_SortedSet(scored):
            return {"sortedSet": {plain(one.member): one.score for one in in_order(scored)}}
        case Value_Hash(fields):
            return {"hash": {plain(one.name): _field(plain(one.value), one.expires_at) for one in fields}}
        case Value_Stream(stream):
            return {
                "stream": [
                    {"id": _id(one.id), "fields": {plain(field.name): plain(field.value) for field in one.fields}}
                    for one in stream.entries
                ]
            }
        case Value_Opaque(opaque):
            return {"opaque": opaque.bytes}


def _field(value: Plain, expires_at: int | None) -> Any:
    """Returns the value of a hash's field, with its expiry if it has one."""
    return value if expires_at is None else {"value": value, "expiresAt": expires_at}


def _id(id: StreamId) -> str:
    """Returns an id as text."""
    return f"{id.ms}-{id.seq}"
