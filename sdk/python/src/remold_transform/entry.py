"""Calls the functions of the user's module as the host calls the exports of a component."""

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from . import context
from .batch import Batch
from .encoding import as_text
from .errors import Reject, Skip
from .failure import conclude, printable, unhandled
from .host import keyspace, records
from .keyspace import Keyspace
from .record import Key, Record

Function = Callable[[Any], Any]


class Transform:
    """The functions of a user's module under the names of the exports: migrate, revert, lookups and run.

    `migrate` and `revert` are written for a record (`def migrate(rec)`) or for a batch (`def migrate_batch(batch)`).
    """

    def __init__(self, module: ModuleType) -> None:
        """Takes the module."""
        self._module = module
        self._source = (module.__file__ or "").rpartition("/")[0]

    def migrate(self, count: int) -> None:
        """Transforms the records `0 .. count`."""
        self._transform("migrate", count)

    def revert(self, count: int) -> None:
        """Transforms the records `0 .. count` back."""
        self._transform("revert", count)

    def lookups(self, count: int) -> None:
        """Asks for the keys that the records `0 .. count` will look up."""
        context.forget_parameters()
        wanted: Callable[[Record], Iterable[Key] | None] = self._module.lookups
        self._each(count, lambda record: _ask(record, wanted(record)))

    def run(self) -> None:
        """Runs a program to its end."""
        context.forget_parameters()
        try:
            _nothing(self._module.run(Keyspace()), "run")
        except Skip as skip:
            keyspace.skip(printable(skip.reason))
        except Reject as reject:
            keyspace.reject(printable(reject.code), printable(reject.message))
        except (Exception, SystemExit) as error:
            keyspace.fail(unhandled(error, self._source))

    def _transform(self, name: str, count: int) -> None:
        """Calls the function of this name for each record, or its form for batches once."""
        context.forget_parameters()
        whole = getattr(self._module, f"{name}_batch", None)
        if whole is not None:
            self._at_once(count, whole)
            return
        one: Function = getattr(self._module, name)
        self._each(count, lambda record: _nothing(one(record), name))

    def _each(self, count: int, function: Callable[[Record], None]) -> None:
        """Calls a function for each record; what it raises concerns that record alone."""
        for i in range(count):
            try:
                function(Record(i))
            except (Exception, SystemExit) as error:
                conclude(i, error, self._source)

    def _at_once(self, count: int, function: Function) -> None:
        """Calls a function for the batch; what it raises concerns every record, since nobody knows which one it was."""
        try:
            _nothing(function(Batch(count, self._source)), function.__name__)
        except (Exception, SystemExit) as error:
            for i in range(count):
                conclude(i, error, self._source)


def _ask(record: Record, keys: Iterable[Key] | None) -> None:
    """Asks for the keys that a record's transform will look up."""
    for key in [keys] if isinstance(keys, (str, bytes)) else keys or ():
        if isinstance(key, bytes):
            records.ask(record._i, key)
        else:
            records.ask_text(record._i, as_text(key))


def _nothing(returned: Any, name: str) -> None:
    """Raises a TypeError if something was returned, which would be lost: an outcome that was meant to be raised."""
    if returned is not None:
        raise TypeError(f"{name} returned {returned!r}; it returns nothing: outcomes are raised, as in `raise Skip(…)`")
