"""The interface `sorted-sets`."""

import builtins
import math

from ..encoding import decoded
from .state import editable, entry, in_order, invalid, of_kind
from .types import Scored, Value_SortedSet


def _read(i: int) -> list[Scored]:
    """Returns the members of a record."""
    return of_kind(entry(i), Value_SortedSet).value


def _edit(i: int) -> list[Scored]:
    """Returns the members of a record for an edit."""
    return of_kind(editable(i), Value_SortedSet).value


def _find(members: list[Scored], member: bytes) -> Scored | None:
    """Returns a member with its score."""
    return next((scored for scored in members if scored.member == member), None)


def len(i: int) -> int:
    """Returns the number of members."""
    return builtins.len(_read(i))


def contains(i: int, member: bytes) -> bool:
    """Says whether there is such a member."""
    return _find(_read(i), member) is not None


def score(i: int, member: bytes) -> float | None:
    """Returns the score of a member."""
    scored = _find(_read(i), member)
    return None if scored is None else scored.score


def score_text(i: int, member: str) -> float | None:
    """Returns the score of a member that is text."""
    return score(i, member.encode())


def add(i: int, member: bytes, score: float) -> None:
    """Adds a member, or sets its score."""
    found = _edit(i)
    if math.isnan(score):
        raise invalid("score", "it is not a number")
    scored = _find(found, member)
    if scored is None:
        found.append(Scored(member, score))
    else:
        scored.score = score


def add_text(i: int, member: str, score: float) -> None:
    """Adds a member that is text."""
    add(i, member.encode(), score)


def remove(i: int, member: bytes) -> None:
    """Removes a member, if it is there."""
    found = _edit(i)
    found[:] = [scored for scored in found if scored.member != member]


def remove_text(i: int, member: str) -> None:
    """Removes a member that is text."""
    remove(i, member.encode())


def rename(i: int, from_: bytes, to: bytes) -> None:
    """Renames a member, which keeps its score."""
    scored = _find(_edit(i), from_)
    if scored is None or from_ == to:
        return
    remove(i, to)
    scored.member = to


def clear(i: int) -> None:
    """Removes all members."""
    _edit(i).clear()


def members(i: int, start: int, limit: int) -> list[Scored]:
    """Returns members in ZRANGE's order."""
    return [Scored(one.member, one.score) for one in in_order(_read(i))[start : start + limit]]


def members_text(i: int, start: int, limit: int) -> list[tuple[str, float]]:
    """Returns members as texts with their scores in ZRANGE's order."""
    return [(decoded(one.member, f"the member {one.member!r}"), one.score) for one in members(i, start, limit)]
