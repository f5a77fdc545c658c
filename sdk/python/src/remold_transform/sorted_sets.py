"""The members of a sorted set record, as a mutable mapping of members to scores."""

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from typing import TypeVar, overload

from .encoding import as_bytes, as_score, as_text
from .host import sorted_sets
from .paging import paged

Default = TypeVar("Default")


class SortedSet(MutableMapping[str, float]):
    """The members of a sorted set record: a mutable mapping of members to their scores, in ZRANGE's order.

    A member may be given as bytes too. Members are read a page at a time while they are walked: collect them first
    (`list(board.items())`) to change some on the way.
    """

    __slots__ = ("_i",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.sorted_set` does that."""
        self._i = i

    def __getitem__(self, member: str | bytes) -> float:
        """Returns the score of a member. Raises a KeyError if there is none."""
        score = self.get(member)
        if score is None:
            raise KeyError(member)
        return score

    def __setitem__(self, member: str | bytes, score: float) -> None:
        """Adds a member with its score, or sets the score of a member. NaN is refused."""
        if isinstance(member, bytes):
            sorted_sets.add(self._i, member, as_score(score))
        else:
            sorted_sets.add_text(self._i, as_text(member), as_score(score))

    def __delitem__(self, member: str | bytes) -> None:
        """Removes a member. Raises a KeyError if there is none; `discard` does not."""
        if member not in self:
            raise KeyError(member)
        self.discard(member)

    def __contains__(self, member: object) -> bool:
        """Says whether there is such a member."""
        return isinstance(member, (str, bytes)) and sorted_sets.contains(self._i, as_bytes(member))

    def __len__(self) -> int:
        """Returns the number of members."""
        return sorted_sets.len(self._i)

    def __iter__(self) -> Iterator[str]:
        """Walks the members, lowest score first."""
        return (member for member, _ in self.items())

    def __eq__(self, other: object) -> bool:
        """Says whether a mapping has the same members and scores."""
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    def __repr__(self) -> str:
        """Returns the members as they are, for messages."""
        return f"SortedSet({dict(self.items_bytes())})"

    @overload
    def get(self, member: str | bytes) -> float | None: ...
    @overload
    def get(self, member: str | bytes, default: float) -> float: ...
    @overload
    def get(self, member: str | bytes, default: Default) -> float | Default: ...
    def get(self, member: str | bytes, default: object = None) -> object:
        """Returns the score of a member, or the default if there is none."""
        if isinstance(member, bytes):
            score = sorted_sets.score(self._i, member)
        else:
            score = sorted_sets.score_text(self._i, as_text(member))
        return default if score is None else score

    def discard(self, member: str | bytes) -> None:
        """Removes a member, if it is there."""
        if isinstance(member, bytes):
            sorted_sets.remove(self._i, member)
        else:
            sorted_sets.remove_text(self._i, as_text(member))

    def rename(self, old: str | bytes, new: str | bytes) -> None:
        """Renames a member, which keeps its score, if it is there. A member that has the new name is replaced."""
        sorted_sets.rename(self._i, as_bytes(old), as_bytes(new))

    def clear(self) -> None:
        """Removes all members."""
        sorted_sets.clear(self._i)

    def items(self) -> ItemsView[str, float]:
        """Returns a view of members and scores, which reads them a page at a time."""
        return _Items(self)

    def values(self) -> ValuesView[float]:
        """Returns a view of the scores, which reads them a page at a time."""
        return _Values(self)

    def items_bytes(self) -> Iterator[tuple[bytes, float]]:
        """Walks members as bytes with their scores."""
        return ((scored.member, scored.score) for scored in paged(sorted_sets.members, self._i))


class _Items(ItemsView[str, float]):
    """Members and scores of a sorted set."""

    def __init__(self, part: SortedSet) -> None:
        super().__init__(part)
        self._i = part._i

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return paged(sorted_sets.members_text, self._i)


class _Values(ValuesView[float]):
    """Scores of a sorted set."""

    def __init__(self, part: SortedSet) -> None:
        super().__init__(part)
        self._i = part._i

    def __iter__(self) -> Iterator[float]:
        return (score for _, score in paged(sorted_sets.members_text, self._i))
