"""The interface `records`."""

import hashlib
import math
from copy import deepcopy
from itertools import pairwise

from ..encoding import decoded
from ..errors import refusal
from . import state
from .state import editable, entry, invalid
from .types import (
    ErrorCode,
    Unhandled,
    Value,
    Value_Hash,
    Value_Set,
    Value_SortedSet,
    Value_Stream,
    ValueKind,
)


def key(i: int) -> bytes:
    """Returns the key under which the record was read."""
    return entry(i).key


def key_text(i: int) -> str:
    """Returns the key as text."""
    return decoded(entry(i).key, "the key")


def kind(i: int) -> ValueKind:
    """Returns the kind of the value."""
    return state.kind_of(entry(i).value)


def size(i: int) -> int:
    """Returns the size of the value."""
    return state.size_of(entry(i).value)


def seed(i: int) -> int:
    """Returns a seed that depends on the run's seed and the key alone; it is not the host's."""
    digest = hashlib.blake2b(entry(i).key, digest_size=8, key=state.current().seed.to_bytes(8, "big"))
    return int.from_bytes(digest.digest(), "big")


def expires_at(i: int) -> int | None:
    """Returns when the key expires."""
    return entry(i).expires_at


def set_expires_at(i: int, at: int | None) -> None:
    """Sets when the key expires."""
    editable(i).expires_at = state.expiry(at)


def ttl(i: int) -> int | None:
    """Returns how long the key has left."""
    at = entry(i).expires_at
    return None if at is None else max(at - state.current().now_ms, 0)


def set_ttl(i: int, ms: int | None) -> None:
    """Sets how long the key has left."""
    state.expiry(ms)
    editable(i).expires_at = None if ms is None else state.current().now_ms + ms


def get_value(i: int) -> Value:
    """Returns the whole value."""
    return deepcopy(entry(i).value)


def set_value(i: int, value: Value) -> None:
    """Sets the whole value."""
    found = editable(i)
    check_value(value)
    found.value = deepcopy(value)


def rename(i: int, key: bytes) -> None:
    """Asks for the key to be renamed."""
    found = editable(i)
    state.check_grant("write", key)
    found.renamed = key if key != found.key else None


def rename_text(i: int, key: str) -> None:
    """Asks for the key to be renamed to a key that is text."""
    rename(i, key.encode())


def delete(i: int) -> None:
    """Asks for the key to be deleted."""
    editable(i).deleted = True


def emit(i: int, key: bytes, value: Value, expires_at: int | None) -> None:
    """Asks for another key to be written."""
    found = editable(i)
    state.check_grant("write", key)
    check_value(value)
    found.emitted[key] = state.Emitted(deepcopy(value), state.expiry(expires_at))


def remove(i: int, key: bytes) -> None:
    """Asks for another key to be deleted."""
    found = editable(i)
    state.check_grant("write", key)
    found.removed.append(key)


def remove_text(i: int, key: str) -> None:
    """Asks for another key to be deleted, whose name is text."""
    remove(i, key.encode())


def ask(i: int, key: bytes) -> None:
    """Asks for a key to look up."""
    state.check_grant("read", key)
    entry(i).asked.append(key)


def ask_text(i: int, key: str) -> None:
    """Asks for a key to look up whose name is text."""
    ask(i, key.encode())


def lookup(i: int, key: bytes) -> int | None:
    """Returns the number of a key that was asked for."""
    lookups = entry(i).lookups
    if key not in lookups:
        raise refusal(
            ErrorCode.NOT_LOOKED_UP, f'key "{key.decode(errors="backslashreplace")}" was not asked for in lookups'
        )
    found = lookups[key]
    return None if found is None else state.current().hold(found)


def lookup_text(i: int, key: str) -> int | None:
    """Returns the number of a key that was asked for, whose name is text."""
    return lookup(i, key.encode())


def skip(i: int, reason: str) -> None:
    """Says that the record is none of this transform's business."""
    conclude(i, ("skip", reason))


def reject(i: int, code: str, message: str) -> None:
    """Says that the record should have been transformed and cannot be."""
    conclude(i, ("reject", code, message))


def fail(i: int, error: Unhandled) -> None:
    """Says that the record's transform ended with an error."""
    conclude(i, error)


def conclude(i: int, outcome: tuple[str, ...] | Unhandled) -> None:
    """Notes an outcome. A failure stays, whatever else is said of the record."""
    found = entry(i)
    if not isinstance(found.outcome, Unhandled):
        found.outcome = outcome


def check_value(value: Value) -> None:
    """Refuses a value that Redis cannot hold."""
    names: list[bytes] = []
    match value:
        case Value_Hash(fields):
            names = [field.name for field in fields]
        case Value_Set(members):
            names = members
        case Value_SortedSet(scored):
            names = [one.member for one in scored]
            if any(math.isnan(one.score) for one in scored):
                raise invalid("score", "it is not a number")
        case Value_Stream(stream):
            ids = [(0, 0), *((one.id.ms, one.id.seq) for one in stream.entries)]
            if any(before >= after for before, after in pairwise(ids)):
                raise invalid("stream", "the ids of its entries are not ascending")
            if (stream.last_id.ms, stream.last_id.seq) < ids[-1]:
                raise invalid("stream", "the last id is before the last entry")
            if any(not one.fields for one in stream.entries):
                raise invalid("stream", "an entry has at least one field")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid("value", f'the name "{twice.decode(errors="backslashreplace")}" occurs twice')
