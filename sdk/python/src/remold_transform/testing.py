"""Runs transforms outside the sandbox, over an in-memory stand-in of the host: for unit tests.

```python
from remold_transform.testing import record
import transform

def test_two_words():
    rec = record({"hash": {"name": "Ada Lovelace"}})
    transform.migrate(rec)
    assert rec.hash == {"first": "Ada", "last": "Lovelace"}
```

The stand-in has the host's semantics for records and their parts, and no limits. It grants everything unless told
otherwise. What proves a transform is `remold test`, which runs its cases in the sandbox.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import context
from .batch import Batch
from .entry import Transform
from .jsontext import to_json
from .keyspace import Keyspace
from .record import Record
from .standin import state
from .standin.keyspace import written as _written
from .standin.shapes import Plain, Shape, plain, read, show
from .standin.state import Entry, State
from .standin.types import Unhandled

__all__ = ["Outcome", "Plain", "Result", "Shape", "StandIn", "batch", "keyspace", "migrate", "outcomes", "record"]
__all__ += ["revert", "run", "stand_in", "written"]

KEY = "test:1"
"""The key of a record that was given none."""


@dataclass(frozen=True)
class Outcome:
    """What was said of a record or by a program."""

    kind: str
    """The word: `done`, `skip`, `reject` or `fail`."""
    code: str = ""
    """The code of a `reject`; of a `fail` that of the host's refusal (`wrong-kind`), if it was one."""
    message: str = ""
    """The reason of a `skip`, the message of a `reject` or `fail`."""
    file: str = ""
    """The file in which a `fail` happened."""
    line: int = 0
    """The line of it, from 1; 0 if it is not known."""


@dataclass(frozen=True)
class Result:
    """What became of keys: an outcome for each record, and what is there afterwards."""

    outcomes: dict[Plain, Outcome]
    """The outcomes by key."""
    keys: dict[Plain, dict[str, Any]]
    """What became of the keys that were migrated, as shapes."""


class StandIn:
    """The stand-in of the host that is in use."""

    def __init__(self, memory: State) -> None:
        """Takes its memory; `stand_in` does that."""
        self._memory = memory

    @property
    def log(self) -> list[tuple[str, str]]:
        """The lines that were logged: level and message."""
        return self._memory.log

    @property
    def keys(self) -> dict[Plain, dict[str, Any]]:
        """The keys that a program reaches, as shapes."""
        return {plain(key): show(entry) for key, entry in self._memory.keys.items()}

    @property
    def progress(self) -> tuple[int, int | None] | None:
        """What a program last said of how far it is: done and total."""
        return self._memory.progress

    @property
    def checkpoint(self) -> bytes | None:
        """The last checkpoint of a program. It is what `resumed_from` returns."""
        return self._memory.checkpoint

    @property
    def backups(self) -> list[str]:
        """The names of the backups that a program took."""
        return self._memory.backups

    def conflict(self, key: Plain) -> None:
        """Has the next `apply` of a key answer CONFLICT, as if an application had written it."""
        self._memory.conflicts.add(_key(key))


@contextmanager
def stand_in(
    *,
    parameters: Mapping[str, Any] | None = None,
    now_ms: int = 1_767_225_600_000,
    seed: int = 0,
    read: Iterable[Plain] | None = None,
    write: Iterable[Plain] | None = None,
    scan: Iterable[Plain] | None = None,
    backup: bool = True,
    checkpoint: bytes | None = None,
) -> Iterator[StandIn]:
    """Puts a fresh stand-in into use until the block ends: `with stand_in(parameters={"digits": 2}) as host:`.

    `read`, `write` and `scan` are the patterns that are granted; None grants everything. `checkpoint` is that of the
    run that is resumed.
    """
    memory = State(
        parameters=to_json(dict(parameters or {})),
        now_ms=now_ms,
        seed=seed,
        read=_patterns(read),
        write=_patterns(write),
        scan=_patterns(scan),
        may_backup=backup,
        checkpoint=checkpoint,
    )
    before = state.use(memory)
    context.forget_parameters()
    try:
        yield StandIn(memory)
    finally:
        state.use(before)
        context.forget_parameters()


def record(shape: Shape, key: Plain = KEY, lookups: Mapping[str, Shape | None] | None = None) -> Record:
    """Makes a record of a shape: `record({"hash": {"name": "Ada"}, "expiresAt": 1767225600000}, key="user:1")`.

    `lookups` are the keys that it can look up, None for one that is not there.
    """
    entry = read(key, shape)
    entry.lookups = {_key(name): _looked_up(name, one) for name, one in (lookups or {}).items()}
    return Record(state.current().hold(entry))


def batch(*shapes: Shape) -> Batch:
    """Makes a batch of records with the keys `test:1`, `test:2` and so on, in place of the batch before."""
    entries = [read(f"test:{number}", shape) for number, shape in enumerate(shapes, 1)]
    return Batch(state.current().begin(entries))


def keyspace(keys: Mapping[str, Shape]) -> Keyspace:
    """Makes the keys that a program reaches."""
    state.current().keys = {_key(key): read(key, shape) for key, shape in keys.items()}
    return Keyspace()


def written(record: Record) -> dict[Plain, dict[str, Any] | None]:
    """Returns what the host would write for a record: each key that it concerns with its shape; None deletes it.

    A record that was skipped, rejected or has failed writes nothing.
    """
    entry = state.entry(record._i)
    if entry.outcome is not None:
        return {}
    return {plain(key): None if one is None else show(one) for key, one in _written(entry).items()}


def outcomes(batch: Batch) -> list[Outcome]:
    """Returns the outcomes of the records of a batch, in order."""
    return [_outcome(state.entry(record._i).outcome) for record in batch]


def migrate(module: ModuleType, keys: Mapping[str, Shape], others: Mapping[str, Shape] | None = None) -> Result:
    """Migrates keys by a transform's module as the host does: lookups, migrate, and what is raised an outcome.

    `others` are keys that are there too, can be looked up and are not migrated.
    """
    return _transformed(module, keys, others or {}, Transform(module).migrate)


def revert(module: ModuleType, keys: Mapping[str, Shape], others: Mapping[str, Shape] | None = None) -> Result:
    """Takes keys back by a transform's module as the host does."""
    return _transformed(module, keys, others or {}, Transform(module).revert)


def run(module: ModuleType, keys: Mapping[str, Shape] | None = None) -> Outcome:
    """Runs a program as the host does, over the given keys or those that `keyspace` had made."""
    if keys is not None:
        keyspace(keys)
    state.current().outcome = None
    Transform(module).run()
    return _outcome(state.current().outcome)


def _transformed(
    module: ModuleType, keys: Mapping[str, Shape], others: Mapping[str, Shape], transform: Callable[[int], None]
) -> Result:
    """Transforms all keys as one batch."""
    there = {**others, **keys}
    entries = [read(key, shape) for key, shape in keys.items()]
    count = state.current().begin(entries)
    if hasattr(module, "lookups"):
        Transform(module).lookups(count)
        for entry in entries:
            entry.lookups = {key: _looked_up(key, there.get(str(plain(key)))) for key in entry.asked}
    transform(count)
    after: dict[bytes, Entry | None] = {entry.key: read(entry.key, keys[str(plain(entry.key))]) for entry in entries}
    for entry in entries:
        if entry.outcome is None:
            after.update(_written(entry))
    return Result(
        {plain(entry.key): _outcome(entry.outcome) for entry in entries},
        {plain(key): show(entry) for key, entry in after.items() if entry is not None},
    )


def _looked_up(key: Plain, shape: Shape | None) -> Entry | None:
    """Makes a record that was looked up."""
    if shape is None:
        return None
    entry = read(key, shape)
    entry.editable = False
    return entry


def _outcome(said: tuple[str, ...] | Unhandled | None) -> Outcome:
    """Returns an outcome as tests see it."""
    match said:
        case None:
            return Outcome("done")
        case Unhandled(code, message, place):
            word = "" if code is None else code.name.lower().replace("_", "-")
            return Outcome("fail", word, message, *((place.file, place.line) if place else ()))
        case ("skip", reason):
            return Outcome("skip", message=reason)
        case (kind, code, message):
            return Outcome(kind, code, message)
    raise AssertionError(said)


def _patterns(patterns: Iterable[Plain] | None) -> list[bytes] | None:
    """Returns patterns as bytes."""
    return None if patterns is None else [_key(pattern) for pattern in patterns]


def _key(key: Plain) -> bytes:
    """Returns a key as bytes."""
    return key.encode() if isinstance(key, str) else key
