"""The whole batch at once, by columns: the fast form of a transform."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, AnyStr, TypeVar

from .contract import Kind
from .encoding import as_bytes, as_moment, as_text
from .failure import conclude
from .host import columns, records
from .record import Record, as_value
from .values import Value

Result = TypeVar("Result")


class Batch:
    """The records of a batch, by columns: one call of the host for as many records as there are.

    A column is a list with a place for each record, in order. What is read has None where a record has nothing there;
    what is written leaves a record alone where it has None. What cannot be done for a record (a value of another kind,
    bytes that are no text, a key that no capability grants) fails that record alone.

    Names that are given as `str` make columns of `str`, names that are given as `bytes` make columns of `bytes`.
    """

    __slots__ = ("_concluded", "_count", "_source")

    def __init__(self, count: int, source: str = "") -> None:
        """Makes the batch of the records `0 .. count`; the SDK does that."""
        self._count = count
        self._source = source
        self._concluded: set[int] = set()

    def __len__(self) -> int:
        """Returns the number of records."""
        return self._count

    def __getitem__(self, i: int) -> Record:
        """Returns a record by its place in the columns."""
        return Record(range(self._count)[i])

    def __iter__(self) -> Iterator[Record]:
        """Walks the records."""
        return map(Record, range(self._count))

    def skip(self, i: int, reason: str) -> None:
        """Says that the record is none of this transform's business; its edits are dropped."""
        records.skip(range(self._count)[i], as_text(reason))
        self._concluded.add(i)

    def reject(self, i: int, code: str, message: str) -> None:
        """Says that the record should have been transformed and cannot be. The code is a short word for counting."""
        records.reject(range(self._count)[i], as_text(code), as_text(message))
        self._concluded.add(i)

    def map(self, function: Callable[..., Result], *inputs: Sequence[Any]) -> list[Result | None]:
        """Makes a column by calling a function for each record with its places in the given columns.

        Where the function raises `Skip`, `Reject` or anything else, that is the outcome of this record alone, and its
        place is None. A record that has such an outcome already is passed over.
        """
        results: list[Result | None] = []
        concluded = self._concluded
        for i, places in enumerate(zip(*inputs, strict=True)):
            if concluded and i in concluded:
                results.append(None)
                continue
            try:
                results.append(function(*places))
            except Exception as error:
                conclude(i, error, self._source)
                concluded.add(i)
                results.append(None)
        return results

    def keys(self) -> list[str | None]:
        """Returns the keys as texts; None where a key is not UTF-8, which fails that record."""
        return columns.keys_text()

    def keys_bytes(self) -> list[bytes]:
        """Returns the keys as bytes."""
        return columns.keys()

    def kinds(self) -> list[Kind]:
        """Returns the kinds of the values."""
        return columns.kinds()

    def expiries(self) -> list[int | None]:
        """Returns when the keys expire, Unix milliseconds; None where one does not."""
        return columns.expiries()

    def set_expiries(self, at: Sequence[int | None]) -> None:
        """Sets when the keys expire, Unix milliseconds; None makes one persistent."""
        columns.set_expiries(self._column([as_moment(one, "an expiry") for one in at]))

    def texts(self) -> list[str | None]:
        """Returns the values of text records."""
        return columns.texts_text()

    def texts_bytes(self) -> list[bytes | None]:
        """Returns the values of text records as bytes."""
        return columns.texts()

    def set_texts(self, values: Sequence[AnyStr | None]) -> None:
        """Sets the values of text records, all `str` or all `bytes`."""
        if any(isinstance(value, bytes) for value in values):
            columns.set_texts(self._bytes(values))
        else:
            columns.set_texts_text(self._texts(values))

    def fields(self, name: AnyStr) -> list[AnyStr | None]:
        """Returns a field of every hash; None where there is no such field."""
        if isinstance(name, bytes):
            return columns.fields(name)
        return columns.fields_text(as_text(name))

    def set_fields(self, name: AnyStr, values: Sequence[AnyStr | None]) -> None:
        """Sets a field of every hash, which keeps its own expiry."""
        if isinstance(name, bytes):
            columns.set_fields(name, self._bytes(values))
        else:
            columns.set_fields_text(as_text(name), self._texts(values))

    def rename_fields(self, old: str | bytes, new: str | bytes) -> None:
        """Renames a field of every hash, where it is there, in place of one that has the new name."""
        if isinstance(old, str) and isinstance(new, str):
            columns.rename_fields_text(as_text(old), as_text(new))
        else:
            columns.rename_fields(as_bytes(old), as_bytes(new))

    def remove_fields(self, name: str | bytes) -> None:
        """Removes a field of every hash, where it is there."""
        if isinstance(name, bytes):
            columns.remove_fields(name)
        else:
            columns.remove_fields_text(as_text(name))

    def values(self) -> list[Value]:
        """Returns the whole values, of whatever kind."""
        return columns.values()

    def set_values(self, values: Sequence[Value | None]) -> None:
        """Sets whole values, of the same or another kind."""
        columns.set_values(self._column([None if value is None else as_value(value) for value in values]))

    def rename(self, keys: Sequence[AnyStr | None]) -> None:
        """Asks for keys to be renamed, all `str` or all `bytes`. Needs the capability `write` on the new keys."""
        if any(isinstance(key, bytes) for key in keys):
            columns.rename(self._bytes(keys))
        else:
            columns.rename_text(self._texts(keys))

    def delete(self, which: Sequence[bool]) -> None:
        """Asks for the keys to be deleted for which it says True."""
        columns.delete(self._column([bool(one) for one in which]))

    def _column(self, column: list[Result]) -> list[Result]:
        """Returns a column. Raises a ValueError for one of another length, which would end the call."""
        if len(column) != self._count:
            raise ValueError(f"the column has {len(column)} places, the batch has {self._count} records")
        return column

    def _texts(self, values: Sequence[Any]) -> list[str | None]:
        """Returns a column of texts. Raises a TypeError or UnicodeError, which would end the call."""
        # Joining them checks them all at once, and fastest where none is None.
        try:
            text = "".join(values)
        except TypeError:
            text = "".join([value for value in values if value is not None])
        as_text(text)
        return self._column(list(values))

    def _bytes(self, values: Sequence[Any]) -> list[bytes | None]:
        """Returns a column of bytes. Raises a TypeError, which would end the call."""
        for value in values:
            if value is not None and not isinstance(value, bytes):
                raise TypeError(f"bytes are needed, this is of type {type(value).__name__}")
        return self._column(list(values))
