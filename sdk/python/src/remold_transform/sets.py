"""The members of a set record, as a mutable set."""

from collections.abc import Iterable, Iterator, MutableSet
from typing import Any

from .encoding import Written, as_bytes, as_text, written
from .host import sets
from .paging import paged


class Set(MutableSet[str]):
    """The members of a set record: a mutable set of texts.

    A member may be given as bytes too. `add` and `discard` do nothing where there is nothing to do, `remove` raises a
    KeyError where there is no such member. Members are read a page at a time while they are walked: collect them
    first (`list(tags)`) to add or remove some on the way.
    """

    __slots__ = ("_i",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.set` does that."""
        self._i = i

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> set[Any]:
        """Makes what the operators `|`, `&`, `-` and `^` return: a set of its own."""
        return set(it)

    def __contains__(self, member: object) -> bool:
        """Says whether there is such a member."""
        if isinstance(member, bytes):
            return sets.contains(self._i, member)
        return isinstance(member, str) and sets.contains_text(self._i, as_text(member))

    def __len__(self) -> int:
        """Returns the number of members."""
        return sets.len(self._i)

    def __iter__(self) -> Iterator[str]:
        """Walks the members."""
        return paged(sets.members_text, self._i)

    def __repr__(self) -> str:
        """Returns the members as they are, for messages."""
        return f"Set({list(self.members_bytes())})"

    def members_bytes(self) -> Iterator[bytes]:
        """Walks the members as bytes."""
        return paged(sets.members, self._i)

    def add(self, member: Written) -> None:
        """Adds a member, if it is not there."""
        name = written(member)
        if isinstance(name, str):
            sets.add_text(self._i, name)
        else:
            sets.add(self._i, name)

    def discard(self, member: Written) -> None:
        """Removes a member, if it is there."""
        name = written(member)
        if isinstance(name, str):
            sets.remove_text(self._i, name)
        else:
            sets.remove(self._i, name)

    def rename(self, old: Written, new: Written) -> None:
        """Replaces a member by another one, if it is there."""
        sets.rename(self._i, as_bytes(old), as_bytes(new))

    def clear(self) -> None:
        """Removes all members."""
        sets.clear(self._i)
