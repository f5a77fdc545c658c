"""The items of a list record, as a mutable sequence."""

from collections.abc import Iterable, Iterator, MutableSequence
from typing import overload

from .encoding import Written, as_bytes, as_index, written
from .host import lists
from .paging import paged


class List(MutableSequence[str]):
    """The items of a list record, head first: a mutable sequence of texts.

    An index from -1 downwards counts from the end. An index that names no item raises `OutOfRange`, which is both a
    `HostError` and an `IndexError`. A slice can be read and not be set. The functions whose names end in `_bytes` give
    items that are no text.
    """

    __slots__ = ("_i",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.list` does that."""
        self._i = i

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Returns an item, or the items of a slice."""
        if isinstance(index, slice):
            return [lists.get_text(self._i, at) for at in range(*index.indices(len(self)))]
        return lists.get_text(self._i, as_index(index))

    @overload
    def __setitem__(self, index: int, value: Written) -> None: ...
    @overload
    def __setitem__(self, index: slice, value: Iterable[Written]) -> None: ...
    def __setitem__(self, index: int | slice, value: Written | Iterable[Written]) -> None:
        """Replaces an item."""
        if isinstance(index, slice) or not isinstance(value, Written):
            raise TypeError("one item is set at a time")
        item = written(value)
        if isinstance(item, str):
            lists.set_text(self._i, as_index(index), item)
        else:
            lists.set(self._i, as_index(index), item)

    def __delitem__(self, index: int | slice) -> None:
        """Removes an item, or the items of a slice."""
        if not isinstance(index, slice):
            lists.remove(self._i, as_index(index))
            return
        for at in sorted(range(*index.indices(len(self))), reverse=True):
            lists.remove(self._i, at)

    def __len__(self) -> int:
        """Returns the number of items."""
        return lists.len(self._i)

    def __iter__(self) -> Iterator[str]:
        """Walks the items, reading them a page at a time."""
        return paged(lists.items_text, self._i)

    def __eq__(self, other: object) -> bool:
        """Says whether a list has the same items in the same order."""
        if not isinstance(other, (list, List)):
            return NotImplemented
        return list(self) == list(other)

    def __repr__(self) -> str:
        """Returns the items as they are, for messages."""
        return f"List({list(self.items_bytes())})"

    def get_bytes(self, index: int) -> bytes:
        """Returns an item as bytes."""
        return lists.get(self._i, as_index(index))

    def items_bytes(self) -> Iterator[bytes]:
        """Walks the items as bytes."""
        return paged(lists.items, self._i)

    def append(self, value: Written) -> None:
        """Adds an item at the end."""
        item = written(value)
        if isinstance(item, str):
            lists.push_text(self._i, item)
        else:
            lists.push(self._i, item)

    def extend(self, values: Iterable[Written]) -> None:
        """Adds items at the end."""
        for value in list(values):
            self.append(value)

    def appendleft(self, value: Written) -> None:
        """Adds an item at the beginning."""
        lists.push_front(self._i, as_bytes(value))

    def insert(self, index: int, value: Written) -> None:
        """Inserts an item before the one at an index, which may be the number of items. Raises `OutOfRange` beyond."""
        lists.insert(self._i, as_index(index), as_bytes(value))

    def clear(self) -> None:
        """Removes all items."""
        lists.clear(self._i)
