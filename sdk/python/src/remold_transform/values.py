"""Whole values of every kind: their classes, and functions that make them of Python's own data."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from .contract import HashField, Scored, types
from .encoding import Written, as_bytes, as_score
from .streams import Fields, Id, StreamId, stream_fields

TextValue = types.Value_Text
ListValue = types.Value_List
SetValue = types.Value_Set
SortedSetValue = types.Value_SortedSet
HashValue = types.Value_Hash
StreamValue = types.Value_Stream
OpaqueValue = types.Value_Opaque

Value: TypeAlias = TextValue | ListValue | SetValue | SortedSetValue | HashValue | StreamValue | OpaqueValue
"""A whole value: one of the seven classes, with its contents in `value`. Names, members and texts in it are bytes."""


def text_value(text: Written) -> TextValue:
    """Makes a text."""
    return TextValue(as_bytes(text))


def list_value(items: Iterable[Written]) -> ListValue:
    """Makes a list of its items, head first."""
    return ListValue([as_bytes(item) for item in items])


def set_value(members: Iterable[Written]) -> SetValue:
    """Makes a set of its members. The host refuses one that occurs twice."""
    return SetValue([as_bytes(member) for member in members])


def sorted_set_value(scores: Mapping[str, float] | Iterable[tuple[str | bytes, float]]) -> SortedSetValue:
    """Makes a sorted set of a mapping of members to scores, or of pairs."""
    pairs = scores.items() if isinstance(scores, Mapping) else scores
    return SortedSetValue([Scored(as_bytes(member), as_score(score)) for member, score in pairs])


def hash_value(fields: Mapping[str, Written] | Iterable[tuple[str | bytes, Written]]) -> HashValue:
    """Makes a hash of a mapping of names to values, or of pairs. Its fields do not expire."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return HashValue([HashField(as_bytes(name), as_bytes(value), None) for name, value in pairs])


def stream_value(entries: Iterable[tuple[Id, Fields]], last_id: Id | None = None) -> StreamValue:
    """Makes a stream of its entries, ids ascending, without consumer groups.

    The last id that was given out is that of the last entry unless a later one is given.
    """
    made = []
    last = StreamId(0, 0)
    for id, fields in entries:
        last = StreamId.of(id)
        made.append(types.StreamEntry(types.StreamId(*last), stream_fields(fields)))
    if last_id is not None:
        last = StreamId.of(last_id)
    return StreamValue(types.StreamValue(made, types.StreamId(*last)))
