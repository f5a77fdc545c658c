"""The entries of a stream record."""

from collections.abc import Iterable, Iterator, Mapping
from typing import AnyStr, Generic, NamedTuple, TypeAlias

from .contract import types
from .encoding import Written, as_bytes, as_count, as_text, decoded
from .host import streams
from .paging import paged


class StreamId(NamedTuple):
    """The id of a stream's entry. Ids compare in the order of the stream and print as `ms-seq`."""

    ms: int
    """Unix milliseconds by default."""
    seq: int
    """A number within the millisecond."""

    def __str__(self) -> str:
        """Returns `ms-seq`."""
        return f"{self.ms}-{self.seq}"

    @classmethod
    def of(cls, text: "StreamId | str") -> "StreamId":
        """Reads an id from `ms-seq`, or returns the id that it is. Raises a ValueError for another text."""
        if isinstance(text, str):
            ms, dash, seq = text.partition("-")
            if not dash or not ms.isdecimal() or not seq.isdecimal():
                raise ValueError(f"{text!r} is not a stream id of the form milliseconds-sequence")
            return cls.of(cls(int(ms), int(seq)))
        as_count(text[0], "the milliseconds of a stream id")
        as_count(text[1], "the sequence number of a stream id")
        return cls(*text)


Id: TypeAlias = StreamId | str
"""An id as it is given: a `StreamId` or the text `ms-seq`."""

Fields: TypeAlias = Mapping[str, Written] | Iterable[tuple[str | bytes, Written]]
"""The fields of an entry as they are given: a mapping, or pairs where a name occurs twice or is no text."""


class StreamEntry(NamedTuple, Generic[AnyStr]):
    """An entry of a stream: its id and its fields, names and values in order. A name may occur more than once."""

    id: StreamId
    """Its id."""
    fields: list[tuple[AnyStr, AnyStr]]
    """Its fields."""


class StreamGroup(NamedTuple):
    """A consumer group of a stream."""

    name: bytes
    """Its name."""
    last_id: StreamId
    """The last id that was delivered to it."""
    pending: int
    """How many entries were delivered and not acknowledged."""
    consumers: int
    """How many consumers it knows."""


class Stream:
    """The entries of a stream record, oldest first.

    Ids are given as `StreamId` or as the text `ms-seq`. Names that are given as `bytes` give `bytes`, as with a hash.
    Groups, consumers and what is pending stay as they are.
    """

    __slots__ = ("_i",)

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.stream` does that."""
        self._i = i

    def __len__(self) -> int:
        """Returns the number of entries."""
        return streams.len(self._i)

    def __iter__(self) -> Iterator[StreamEntry[str]]:
        """Walks the entries as texts, reading them a page at a time."""
        for entry in self.entries_bytes():
            yield StreamEntry(entry.id, _texts(entry.fields, entry.id))

    def __repr__(self) -> str:
        """Returns the entries as they are, for messages."""
        return f"Stream({list(self.entries_bytes())})"

    def entries_bytes(self) -> Iterator[StreamEntry[bytes]]:
        """Walks the entries as bytes, reading them a page at a time."""
        for entry in paged(streams.entries, self._i):
            yield StreamEntry(_id(entry.id), _pairs(entry.fields))

    def ids(self) -> Iterator[StreamId]:
        """Walks the ids of the entries."""
        return map(_id, paged(streams.ids, self._i))

    @property
    def last_id(self) -> StreamId:
        """The last id that was given out."""
        return _id(streams.last_id(self._i))

    def get(self, id: Id) -> list[tuple[str, str]] | None:
        """Returns the fields of an entry as texts; None if there is no such entry."""
        fields = self.get_bytes(id)
        return None if fields is None else _texts(fields, StreamId.of(id))

    def get_bytes(self, id: Id) -> list[tuple[bytes, bytes]] | None:
        """Returns the fields of an entry as bytes; None if there is no such entry."""
        fields = streams.get(self._i, _given(id))
        return None if fields is None else _pairs(fields)

    def field(self, id: Id, name: AnyStr) -> AnyStr | None:
        """Returns the first field of this name of an entry; None if there is none."""
        if isinstance(name, bytes):
            return streams.field(self._i, _given(id), name)
        return streams.field_text(self._i, _given(id), as_text(name))

    def set(self, id: Id, fields: Fields) -> None:
        """Replaces the fields of an entry, which keeps its id and what is pending of it.

        Raises `HostError` if there is no such entry, and without a field.
        """
        streams.set(self._i, _given(id), stream_fields(fields))

    def set_field(self, id: Id, name: str | bytes, value: Written) -> None:
        """Sets a field of an entry, at the end if it is new. Raises `HostError` if there is no such entry."""
        if isinstance(name, str) and isinstance(value, str):
            streams.set_field_text(self._i, _given(id), as_text(name), as_text(value))
        else:
            streams.set_field(self._i, _given(id), as_bytes(name), as_bytes(value))

    def rename_field(self, id: Id, old: str | bytes, new: str | bytes) -> None:
        """Renames the fields of this name of an entry. Raises `HostError` if there is no such entry."""
        streams.rename_field(self._i, _given(id), as_bytes(old), as_bytes(new))

    def remove_field(self, id: Id, name: str | bytes) -> None:
        """Removes the fields of this name of an entry.

        Raises `HostError` if there is no such entry, or no field would be left.
        """
        streams.remove_field(self._i, _given(id), as_bytes(name))

    def add(self, id: Id, fields: Fields) -> None:
        """Adds an entry at the end. Raises `HostError` unless its id is larger than the last one."""
        streams.add(self._i, _given(id), stream_fields(fields))

    def discard(self, id: Id) -> None:
        """Removes an entry, if it is there. Groups keep what is pending of it, as with XDEL."""
        streams.remove(self._i, _given(id))

    def groups(self) -> list[StreamGroup]:
        """Returns the consumer groups."""
        return [
            StreamGroup(group.name, _id(group.last_id), group.pending, group.consumers)
            for group in streams.groups(self._i)
        ]


def stream_fields(fields: Fields) -> list[types.StreamField]:
    """Returns the fields of an entry as the contract has them."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return [types.StreamField(as_bytes(name), as_bytes(value)) for name, value in pairs]


def _given(id: Id) -> types.StreamId:
    """Returns an id as the contract has it."""
    ms, seq = StreamId.of(id)
    return types.StreamId(ms, seq)


def _id(id: types.StreamId) -> StreamId:
    """Returns an id of the contract."""
    return StreamId(id.ms, id.seq)


def _pairs(fields: list[types.StreamField]) -> list[tuple[bytes, bytes]]:
    """Returns the fields of an entry as pairs."""
    return [(field.name, field.value) for field in fields]


def _texts(fields: list[tuple[bytes, bytes]], id: StreamId) -> list[tuple[str, str]]:
    """Returns the fields of an entry as pairs of texts."""
    what = f"a field of the entry {id}"
    return [(decoded(name, what), decoded(value, what)) for name, value in fields]
