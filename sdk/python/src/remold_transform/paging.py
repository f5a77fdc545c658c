"""Hides that the host gives long values a page at a time."""

from collections.abc import Callable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

PAGE = 256
"""How many elements are asked for at once."""


def paged(read: Callable[[int, int, int], list[Item]], i: int) -> Iterator[Item]:
    """Walks all elements of record `i` that `read(i, start, limit)` returns in pages; an empty page is the end."""
    start = 0
    while page := read(i, start, PAGE):
        yield from page
        start += len(page)
