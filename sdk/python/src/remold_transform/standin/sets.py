"""The interface `sets`."""

import builtins

from ..encoding import decoded
from .state import editable, entry, of_kind
from .types import Value_Set


def _read(i: int) -> list[bytes]:
    """Returns the members of a record."""
    return of_kind(entry(i), Value_Set).value


def _edit(i: int) -> list[bytes]:
    """Returns the members of a record for an edit."""
    return of_kind(editable(i), Value_Set).value


def len(i: int) -> int:
    """Returns the number of members."""
    return builtins.len(_read(i))


def contains(i: int, member: bytes) -> bool:
    """Says whether there is such a member."""
    return member in _read(i)


def contains_text(i: int, member: str) -> bool:
    """Says whether there is such a member, which is text."""
    return contains(i, member.encode())


def add(i: int, member: bytes) -> None:
    """Adds a member, if it is not there."""
    found = _edit(i)
    if member not in found:
        found.append(member)


def add_text(i: int, member: str) -> None:
    """Adds a member that is text."""
    add(i, member.encode())


def remove(i: int, member: bytes) -> None:
    """Removes a member, if it is there."""
    found = _edit(i)
    if member in found:
        found.remove(member)


def remove_text(i: int, member: str) -> None:
    """Removes a member that is text."""
    remove(i, member.encode())


def rename(i: int, from_: bytes, to: bytes) -> None:
    """Replaces a member by another one, if it is there."""
    found = _edit(i)
    if from_ in found and from_ != to:
        remove(i, to)
        found[found.index(from_)] = to


def clear(i: int) -> None:
    """Removes all members."""
    _edit(i).clear()


def members(i: int, start: int, limit: int) -> list[bytes]:
    """Returns members."""
    return _read(i)[start : start + limit]


def members_text(i: int, start: int, limit: int) -> list[str]:
    """Returns members as texts."""
    return [decoded(member, f"the member {member!r}") for member in members(i, start, limit)]
