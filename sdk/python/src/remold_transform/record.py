"""A record: a key with its value and expiry, which stays in the host and is read and edited through functions."""

import random
from typing import TypeAlias

from .contract import Kind
from .encoding import Written, as_bytes, as_moment, as_text, written_text
from .hashes import Hash
from .host import records, texts
from .json_part import Json
from .lists import List
from .sets import Set
from .sorted_sets import SortedSet
from .streams import Stream
from .values import Value, text_value

Bytes: TypeAlias = bytes
Key: TypeAlias = str | bytes
"""A key as it is given."""


class Record:
    """A key with its typed value and expiry.

    Edits are remembered by the host, which compares the record with what it had read once the transform returns, and
    writes what changed. A record is valid until the call that it was given to ends. A record that was looked up can be
    read and not edited.

    The parts for each kind of value (`hash`, `list`, `set`, `sorted_set`, `stream`, `json`) can always be taken; what
    they do raises `HostError` with `WRONG_KIND` if the record holds another kind.
    """

    __slots__ = ("_i",)

    def __init__(self, i: int) -> None:
        """Makes the record with the host's number `i`; the SDK does that."""
        self._i = i

    @property
    def key(self) -> str:
        """The key under which the record was read. Raises `HostError` (`NOT_TEXT`) if it is not UTF-8."""
        return records.key_text(self._i)

    @property
    def key_bytes(self) -> Bytes:
        """The key as bytes."""
        return records.key(self._i)

    @property
    def kind(self) -> Kind:
        """The kind of the value."""
        return records.kind(self._i)

    @property
    def size(self) -> int:
        """The size of the value: bytes of a text or opaque value, otherwise the number of elements."""
        return records.size(self._i)

    @property
    def seed(self) -> int:
        """The seed of the record's own random numbers, which depends on the run's seed and the key alone."""
        return records.seed(self._i)

    def random(self) -> random.Random:
        """Returns a generator of random numbers that gives the same ones in every run with the same seed.

        The module `random` itself gives numbers that were fixed when the component was built.
        """
        return random.Random(self.seed)

    @property
    def expires_at(self) -> int | None:
        """When the key expires, Unix milliseconds; None if it does not. Setting None makes the key persistent."""
        return records.expires_at(self._i)

    @expires_at.setter
    def expires_at(self, at: int | None) -> None:
        records.set_expires_at(self._i, as_moment(at, "an expiry"))

    @property
    def ttl(self) -> int | None:
        """How long the key has left at the run's frozen clock, milliseconds; None if it does not expire."""
        return records.ttl(self._i)

    @ttl.setter
    def ttl(self, ms: int | None) -> None:
        records.set_ttl(self._i, as_moment(ms, "a time to live"))

    @property
    def text(self) -> str:
        """The value of a text record. Raises `HostError` (`NOT_TEXT`) where it is not UTF-8."""
        return texts.get_text(self._i)

    @text.setter
    def text(self, value: str) -> None:
        texts.set_text(self._i, written_text(value))

    @property
    def bytes(self) -> Bytes:
        """The value of a text record as bytes."""
        return texts.get(self._i)

    @bytes.setter
    def bytes(self, value: Bytes) -> None:
        texts.set(self._i, as_bytes(value))

    @property
    def json(self) -> Json:
        """The JSON document in a text record."""
        return Json(self._i)

    @property
    def hash(self) -> Hash:
        """The fields of a hash record."""
        return Hash(self._i)

    @property
    def list(self) -> List:
        """The items of a list record."""
        return List(self._i)

    @property
    def set(self) -> Set:
        """The members of a set record."""
        return Set(self._i)

    @property
    def sorted_set(self) -> SortedSet:
        """The members of a sorted set record."""
        return SortedSet(self._i)

    @property
    def stream(self) -> Stream:
        """The entries of a stream record."""
        return Stream(self._i)

    @property
    def value(self) -> Value:
        """The whole value with the edits made so far. One of the same or another kind can be set.

        Setting raises `HostError` if a name occurs twice, a score is NaN, or entries are out of order.
        """
        return records.get_value(self._i)

    @value.setter
    def value(self, value: Value) -> None:
        records.set_value(self._i, as_value(value))

    def rename(self, key: Key) -> None:
        """Asks for the key to be renamed, together with all other edits. The last call counts.

        Needs the capability `write` on the new key.
        """
        if isinstance(key, Bytes):
            records.rename(self._i, key)
        else:
            records.rename_text(self._i, as_text(key))

    def delete(self) -> None:
        """Asks for the key to be deleted. Edits of its value are then without effect."""
        records.delete(self._i)

    def emit(self, key: Key, value: Value | Written, expires_at: int | None = None) -> None:
        """Asks for another key to be written: a whole value, or a text or bytes for a text record.

        It expires at the given time, Unix milliseconds, and does not without one. Needs the capability `write` on it.
        """
        whole = text_value(value) if isinstance(value, Written) else as_value(value)
        records.emit(self._i, as_bytes(key), whole, as_moment(expires_at, "an expiry"))

    def remove(self, key: Key) -> None:
        """Asks for another key to be deleted. Needs the capability `write` on it."""
        if isinstance(key, Bytes):
            records.remove(self._i, key)
        else:
            records.remove_text(self._i, as_text(key))

    def lookup(self, key: Key) -> "Record | None":
        """Returns a key that `lookups` had asked for, as a record that can be read; None if there is no such key.

        Raises `HostError` (`NOT_LOOKED_UP`) for a key that was not asked for.
        """
        if isinstance(key, Bytes):
            found = records.lookup(self._i, key)
        else:
            found = records.lookup_text(self._i, as_text(key))
        return None if found is None else Record(found)

    def __repr__(self) -> str:
        """Returns key and kind, for messages."""
        return f"Record({self.key_bytes!r}, {self.kind.name})"


def as_value(value: Value) -> Value:
    """Returns a whole value. Raises a TypeError if it is none."""
    if not isinstance(value, Value):
        raise TypeError(
            f"a whole value is needed, as hash_value or text_value make it; this is of type {type(value).__name__}"
        )
    return value
