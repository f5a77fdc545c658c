"""The types of the WIT contract, as componentize-py generates them for the sandbox."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class ValueKind(Enum):
    """What kind of value a key holds."""

    TEXT = 0
    """A string: any bytes."""
    LIST = 1
    """A list."""
    SET = 2
    """A set."""
    SORTED_SET = 3
    """A sorted set."""
    HASH = 4
    """A hash."""
    STREAM = 5
    """A stream."""
    OPAQUE = 6
    """A module's own type, or one that the host does not know: passed on, renamed or deleted as it is."""


@dataclass
class HashField:
    """A field of a hash."""

    name: bytes
    """Its name."""
    value: bytes
    """Its value."""
    expires_at: int | None
    """When it expires, Unix milliseconds; None if it does not."""


@dataclass
class Scored:
    """A member of a sorted set with its score."""

    member: bytes
    """The member."""
    score: float
    """The score; never NaN."""


@dataclass
class StreamId:
    """The id of a stream's entry."""

    ms: int
    """Unix milliseconds by default."""
    seq: int
    """A number within the millisecond."""


@dataclass
class StreamField:
    """A field of a stream's entry. A name may occur more than once."""

    name: bytes
    """Its name."""
    value: bytes
    """Its value."""


@dataclass
class StreamEntry:
    """An entry of a stream."""

    id: StreamId
    """Its id."""
    fields: list[StreamField]
    """Its fields, at least one."""


@dataclass
class StreamGroup:
    """A consumer group of a stream."""

    name: bytes
    """Its name."""
    last_id: StreamId
    """The last id that was delivered to it."""
    pending: int
    """How many entries were delivered and not acknowledged."""
    consumers: int
    """How many consumers it knows."""


@dataclass
class StreamValue:
    """A stream that is made anew: its entries in ascending order of their ids. It has no consumer groups."""

    entries: list[StreamEntry]
    """The entries."""
    last_id: StreamId
    """The last id that was given out, at least that of the last entry."""


@dataclass
class OpaqueValue:
    """A value that cannot be looked into."""

    type_id: int
    """The type byte of its serialised form."""
    module: str | None
    """The module's name for the type; None if it is no module's."""
    bytes: "bytes"
    """The serialised object behind the type byte."""


@dataclass
class Value_Text:
    """A string: any bytes."""

    value: bytes
    """The bytes."""


@dataclass
class Value_List:
    """A list, head first."""

    value: list[bytes]
    """The items."""


@dataclass
class Value_Set:
    """A set; the order carries no meaning."""

    value: list[bytes]
    """The members."""


@dataclass
class Value_SortedSet:
    """A sorted set; the order carries no meaning."""

    value: list[Scored]
    """The members with their scores."""


@dataclass
class Value_Hash:
    """A hash; the order carries no meaning."""

    value: list[HashField]
    """The fields."""


@dataclass
class Value_Stream:
    """A stream."""

    value: StreamValue
    """The entries and the last id."""


@dataclass
class Value_Opaque:
    """A value that cannot be looked into."""

    value: OpaqueValue
    """What is known of it."""


Value: TypeAlias = Value_Text | Value_List | Value_Set | Value_SortedSet | Value_Hash | Value_Stream | Value_Opaque


class ErrorCode(Enum):
    """Why the host refused."""

    DENIED = 0
    """No capability grants this."""
    WRONG_KIND = 1
    """The record holds a value of another kind than the function works on."""
    OUT_OF_RANGE = 2
    """An index names no element."""
    NOT_TEXT = 3
    """The bytes are no UTF-8 text."""
    INVALID_ARGUMENT = 4
    """An argument makes no sense."""
    OVER_LIMIT = 5
    """A limit would be passed."""
    NOT_LOOKED_UP = 6
    """The key was not asked for in `lookups`."""
    KEYSPACE = 7
    """The keyspace could not be read or written while a program ran."""


@dataclass
class Place:
    """A place in the source of a transform."""

    file: str
    """The file."""
    line: int
    """The line, from 1."""
    column: int
    """The column, from 1; 0 if it is not known."""


@dataclass
class Unhandled:
    """An error that a transform did not handle."""

    code: ErrorCode | None
    """The code of the host's refusal, if it is one."""
    message: str
    """What is wrong."""
    place: Place | None
    """Where, if that is known."""
