"""What a program can reach: it lists, reads and writes keys itself."""

from collections.abc import Iterable, Iterator
from enum import Enum

from .contract import Kind
from .encoding import as_bytes, as_count, as_moment, as_text, decoded
from .host import backup, keyspace
from .record import Key, Record


class Applied(Enum):
    """What became of a record that was applied."""

    APPLIED = "applied"
    """The edits were written."""
    UNCHANGED = "unchanged"
    """There was nothing to write."""
    CONFLICT = "conflict"
    """The key changed since it was read: get it again."""
    ALREADY = "already"
    """This run has migrated the key before."""


class Keyspace:
    """The keys that a program lists, reads and writes, through the journal and the guard as record transforms do.

    Every key is checked against what was granted: `HostError` with `DENIED` says what is missing, with `KEYSPACE` that
    the keyspace could not be read or written.
    """

    __slots__ = ()

    def scan(self, pattern: Key, kind: Kind | None = None) -> Iterator[str]:
        """Walks the keys that match a pattern, as texts. Needs `scan` on the pattern.

        A key that is not UTF-8 raises `HostError` (`NOT_TEXT`); `scan_bytes` gives it. The host remembers how far a
        pattern was walked: a walk that was given up goes on where it was.
        """
        return (decoded(key, f"the key {key!r}") for key in self.scan_bytes(pattern, kind))

    def scan_bytes(self, pattern: Key, kind: Kind | None = None) -> Iterator[bytes]:
        """Walks the keys that match a pattern, as bytes. Needs `scan` on the pattern."""
        wanted = as_bytes(pattern)
        while page := keyspace.scan(wanted, kind):
            yield from page

    def get(self, key: Key) -> Record | None:
        """Reads a key; None if it is not there. Needs `read` or `write` on it."""
        return self.get_many([key])[0]

    def get_many(self, keys: Iterable[Key]) -> list[Record | None]:
        """Reads keys at once, in order; None for one that is not there. Needs `read` or `write` on each."""
        found = keyspace.get([as_bytes(key) for key in keys])
        return [None if i is None else Record(i) for i in found]

    def apply(self, record: Record) -> Applied:
        """Writes the edits of a record, exactly once per run, and lets the record go. Needs `write` on its key."""
        return self.apply_many([record])[0]

    def apply_many(self, records: Iterable[Record]) -> list[Applied]:
        """Writes the edits of records, each exactly once per run, and lets the records go. Needs `write` on each."""
        return [Applied[applied.name] for applied in keyspace.apply([record._i for record in records])]

    def release(self, *records: Record) -> None:
        """Lets records go that are not applied. Those that are held count as memory."""
        keyspace.release([record._i for record in records])

    def progress(self, done: int, total: int | None = None) -> None:
        """Tells the operator how far the program is; `total` if it is known."""
        keyspace.progress(as_count(done, "progress"), as_moment(total, "a total"))

    def checkpoint(self, state: str | bytes) -> None:
        """Remembers how far the program is, for a run that is resumed: what was applied before counts as done."""
        keyspace.checkpoint(as_bytes(state))

    def resumed_from(self) -> bytes | None:
        """Returns the last checkpoint of the run that is resumed; None if there is none."""
        return keyspace.resumed_from()

    def backup(self, name: str) -> str:
        """Takes a backup and returns its name. Needs `backup`."""
        return backup.create(as_text(name))
