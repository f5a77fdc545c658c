"""The interface `keyspace`: the keys that a program reaches are those that the test has put there."""

from copy import deepcopy
from enum import Enum

from ..errors import refusal
from . import state
from .state import Entry, current
from .types import ErrorCode, Unhandled, ValueKind

PAGE = 100
"""How many keys a page has."""


class Applied(Enum):
    """What became of a record that was applied."""

    APPLIED = 0
    UNCHANGED = 1
    CONFLICT = 2
    ALREADY = 3


def scan(pattern: bytes, kind: ValueKind | None) -> list[bytes]:
    """Lists the next keys that match a pattern."""
    state.check_grant("scan", pattern)
    matching = [
        key
        for key, entry in current().keys.items()
        if state.matches(pattern, key) and kind in (None, state.kind_of(entry.value))
    ]
    start = current().scanned.get((pattern, kind), 0)
    page = matching[start : start + PAGE]
    current().scanned[pattern, kind] = start + len(page) if page else 0
    return page


def get(keys: list[bytes]) -> list[int | None]:
    """Reads keys."""
    writable = current().write
    for key in keys:
        if writable is not None and not any(state.matches(pattern, key) for pattern in writable):
            state.check_grant("read", key)
    return [_hold(current().keys.get(key)) for key in keys]


def apply(records: list[int]) -> list[Applied]:
    """Writes the edits of records, and lets the records go."""
    entries = [state.entry(i) for i in records]
    for entry in entries:
        state.check_grant("write", entry.key)
    answers = [_apply(entry) for entry in entries]
    release(records)
    return answers


def release(records: list[int]) -> None:
    """Lets records go."""
    for i in records:
        current().entries.pop(i, None)


def progress(done: int, total: int | None) -> None:
    """Tells how far the program is."""
    current().progress = done, total


def checkpoint(state: bytes) -> None:
    """Remembers how far the program is."""
    current().checkpoint = state


def resumed_from() -> bytes | None:
    """Returns the last checkpoint."""
    return current().checkpoint


def skip(reason: str) -> None:
    """Says that there was nothing to do."""
    current().outcome = "skip", reason


def reject(code: str, message: str) -> None:
    """Says that the program cannot go on."""
    current().outcome = "reject", code, message


def fail(error: Unhandled) -> None:
    """Says that the program ended with an error."""
    current().outcome = error


def written(entry: Entry) -> dict[bytes, Entry | None]:
    """Returns what the host would write for a record: each key that it concerns with what it is afterwards."""
    after: dict[bytes, Entry | None] = dict.fromkeys(entry.removed)
    for key, emitted in entry.emitted.items():
        after[key] = Entry(key, emitted.value, emitted.expires_at)
    if entry.deleted or state.is_empty(entry.value):
        after[entry.key] = None
        return after
    if entry.renamed is not None:
        after[entry.key] = None
    key = entry.renamed or entry.key
    after[key] = Entry(key, deepcopy(entry.value), entry.expires_at)
    return after


def _hold(entry: Entry | None) -> int | None:
    """Makes a record of a key that is there."""
    return None if entry is None else current().hold(deepcopy(entry))


def _apply(entry: Entry) -> Applied:
    """Writes the edits of a record."""
    keys = current().keys
    before = keys.get(entry.key)
    if entry.key in current().applied:
        return Applied.ALREADY
    if entry.key in current().conflicts:
        current().conflicts.discard(entry.key)
        return Applied.CONFLICT
    after = written(entry)
    if before is not None and after == {entry.key: before}:
        return Applied.UNCHANGED
    if entry.renamed in keys:
        raise refusal(ErrorCode.KEYSPACE, f"{entry.renamed!r} is there already")
    for key, one in after.items():
        if one is None:
            keys.pop(key, None)
        else:
            keys[key] = one
    current().applied.add(entry.key)
    return Applied.APPLIED
