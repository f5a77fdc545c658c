"""What the stand-in keeps: the records by their numbers, what was asked of them, and the run around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from ..errors import HostError, refusal
from .types import (
    ErrorCode,
    OpaqueValue,
    Scored,
    Unhandled,
    Value,
    Value_Hash,
    Value_List,
    Value_Opaque,
    Value_Set,
    Value_SortedSet,
    Value_Stream,
    Value_Text,
    ValueKind,
)

KINDS: dict[type[Value], ValueKind] = {
    Value_Text: ValueKind.TEXT,
    Value_List: ValueKind.LIST,
    Value_Set: ValueKind.SET,
    Value_SortedSet: ValueKind.SORTED_SET,
    Value_Hash: ValueKind.HASH,
    Value_Stream: ValueKind.STREAM,
    Value_Opaque: ValueKind.OPAQUE,
}


@dataclass
class Emitted:
    """Another key that is to be written."""

    value: Value
    expires_at: int | None


@dataclass
class Entry:
    """A record, and what was asked of it."""

    key: bytes
    value: Value
    expires_at: int | None = None
    editable: bool = True
    renamed: bytes | None = None
    deleted: bool = False
    emitted: dict[bytes, Emitted] = field(default_factory=dict)
    removed: list[bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    lookups: dict[bytes, "Entry | None"] = field(default_factory=dict)
    outcome: "tuple[str, ...] | Unhandled | None" = None


@dataclass
class State:
    """The stand-in's memory. One is in use at a time."""

    parameters: str = "{}"
    now_ms: int = 1_767_225_600_000
    seed: int = 0
    read: list[bytes] | None = None
    write: list[bytes] | None = None
    scan: list[bytes] | None = None
    may_backup: bool = True
    entries: dict[int, Entry] = field(default_factory=dict)
    count: int = 0
    next_number: int = 1_000_000
    log: list[tuple[str, str]] = field(default_factory=list)
    keys: dict[bytes, Entry] = field(default_factory=dict)
    scanned: dict[tuple[bytes, ValueKind | None], int] = field(default_factory=dict)
    applied: set[bytes] = field(default_factory=set)
    conflicts: set[bytes] = field(default_factory=set)
    progress: tuple[int, int | None] | None = None
    checkpoint: bytes | None = None
    backups: list[str] = field(default_factory=list)
    outcome: "tuple[str, ...] | Unhandled | None" = None

    def hold(self, entry: Entry) -> int:
        """Keeps a record and returns its number, which is none of a batch's."""
        self.next_number += 1
        self.entries[self.next_number] = entry
        return self.next_number

    def begin(self, entries: Sequence[Entry]) -> int:
        """Begins a batch of the records `0 .. count` in place of the last one and returns the count."""
        for i in range(self.count):
            del self.entries[i]
        self.entries.update(enumerate(entries))
        self.count = len(entries)
        return self.count


state = State()


def use(other: State) -> State:
    """Puts another memory into use and returns the one that was."""
    global state
    before, state = state, other
    return before


def current() -> State:
    """Returns the memory that is in use."""
    return state


def entry(i: int) -> Entry:
    """Returns a record. Raises a RuntimeError for a number that is none, which would end the call."""
    found = state.entries.get(i)
    if found is None:
        raise RuntimeError(f"there is no record number {i}: it is of a batch that ended, or was applied or released")
    return found


def editable(i: int) -> Entry:
    """Returns a record for an edit. Refuses one that was looked up."""
    found = entry(i)
    if not found.editable:
        raise invalid("record", "it was looked up: it can be read and not edited")
    return found


Kind = TypeVar("Kind")


def of_kind(found: Entry, kind: type[Kind]) -> Kind:
    """Returns the value of a record. Refuses one of another kind."""
    if not isinstance(found.value, kind):
        expected = name(KINDS[kind])  # type: ignore[index]
        raise refusal(ErrorCode.WRONG_KIND, f"this needs a {expected}, the record holds a {name(kind_of(found.value))}")
    return found.value


def kind_of(value: Value) -> ValueKind:
    """Returns the kind of a value."""
    return KINDS[type(value)]


def name(kind: ValueKind) -> str:
    """Returns the word for a kind in messages."""
    return kind.name.lower().replace("_", "-")


def size_of(value: Value) -> int:
    """Returns bytes of a text or opaque value, otherwise the number of elements."""
    contents: Any = value.value
    if isinstance(value, Value_Stream):
        return len(value.value.entries)
    return len(contents.bytes) if isinstance(contents, OpaqueValue) else len(contents)


def is_empty(value: Value) -> bool:
    """Says whether Redis would delete a key with this value."""
    return not isinstance(value, (Value_Text, Value_Stream, Value_Opaque)) and not value.value


def in_order(members: list[Scored]) -> list[Scored]:
    """Returns the members of a sorted set in ZRANGE's order."""
    return sorted(members, key=lambda scored: (scored.score, scored.member))


def expiry(at: int | None) -> int | None:
    """Returns an expiry. Refuses zero."""
    if at == 0:
        raise invalid("expiry", "Unix milliseconds above zero are needed, or nothing for none")
    return at


def invalid(what: str, problem: str) -> HostError:
    """Returns the refusal of an argument that makes no sense."""
    return refusal(ErrorCode.INVALID_ARGUMENT, f"{what}: {problem}")


def check_grant(capability: str, key: bytes) -> None:
    """Refuses a key that no pattern of the capability covers. Where none were given everything is granted."""
    patterns: list[bytes] | None = getattr(state, capability)
    if patterns is not None and not any(matches(pattern, key) for pattern in patterns):
        raise refusal(
            ErrorCode.DENIED,
            f'no capability grants {capability} on "{key.decode(errors="backslashreplace")}"; '
            f"ask for it in spec.capabilities.{capability}",
        )


def matches(pattern: bytes, key: bytes) -> bool:
    """Says whether a key matches a pattern of Redis: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before a literal."""
    return _compiled(pattern).fullmatch(key) is not None


@lru_cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Returns a pattern of Redis as a regular expression."""
    parts = re.findall(rb"\\.|\[(?:\\.|[^\]])*\]|.", pattern, re.DOTALL)
    return re.compile(b"".join(_part(part) for part in parts), re.DOTALL)


def _part(part: bytes) -> bytes:
    """Returns one element of a pattern of Redis as a regular expression."""
    if part == b"*":
        return b".*"
    if part == b"?":
        return b"."
    if part.startswith(b"[") and len(part) > 2:
        return part.replace(b"[", b"\\[")[1:]
    return re.escape(part[-1:])
