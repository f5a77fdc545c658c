"""The fields of a hash record, as a mutable mapping."""

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from typing import Any, AnyStr, TypeVar, overload

from .contract import HashField
from .encoding import Written, as_bytes, as_moment, as_text, written
from .host import hashes
from .paging import paged

Default = TypeVar("Default")
_NONE: Any = object()


class Hash(MutableMapping[str, str]):
    """The fields of a hash record: a mutable mapping of names to values.

    A name that is given as `str` gives a `str`, one that is given as `bytes` gives `bytes`: `user["name"]` is a text,
    `user[b"photo"]` any bytes. Values are written as text, bytes, int or Decimal. Reading a text raises `HostError`
    (`NOT_TEXT`) where the bytes are not UTF-8, and everything raises it (`WRONG_KIND`) where the record is no hash.

    Fields are read a page at a time while they are walked: collect the names first (`list(user)`) to add or remove
    fields on the way. `dict(user.items())` reads all of them in the fewest calls.
    """

    __slots__ = ("_i",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.hash` does that."""
        self._i = i

    def __getitem__(self, name: AnyStr) -> AnyStr:
        """Returns the value of a field. Raises a KeyError if there is none."""
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str | bytes, value: Written) -> None:
        """Sets a field, which keeps its own expiry, unlike with HSET."""
        if isinstance(name, str):
            text = written(value)
            if isinstance(text, str):
                hashes.set_text(self._i, as_text(name), text)
                return
        hashes.set(self._i, as_bytes(name), as_bytes(value))

    def __delitem__(self, name: str | bytes) -> None:
        """Removes a field. Raises a KeyError if there is none; `discard` does not."""
        if name not in self:
            raise KeyError(name)
        self.discard(name)

    def __contains__(self, name: object) -> bool:
        """Says whether there is a field of this name."""
        if isinstance(name, bytes):
            return hashes.contains(self._i, name)
        return isinstance(name, str) and hashes.contains_text(self._i, as_text(name))

    def __len__(self) -> int:
        """Returns the number of fields."""
        return hashes.len(self._i)

    def __iter__(self) -> Iterator[str]:
        """Walks the names of the fields."""
        return paged(hashes.names_text, self._i)

    def __eq__(self, other: object) -> bool:
        """Says whether a mapping has the same names and values, whatever their order."""
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    def __repr__(self) -> str:
        """Returns the fields as they are, for messages."""
        return f"Hash({dict(self.items_bytes())})"

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: bytes) -> bytes | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    @overload
    def get(self, name: bytes, default: bytes) -> bytes: ...
    @overload
    def get(self, name: str, default: Default) -> str | Default: ...
    @overload
    def get(self, name: bytes, default: Default) -> bytes | Default: ...
    def get(self, name: str | bytes, default: Any = None) -> Any:
        """Returns the value of a field, or the default if there is none."""
        value: str | bytes | None
        if isinstance(name, bytes):
            value = hashes.get(self._i, name)
        else:
            value = hashes.get_text(self._i, as_text(name))
        return default if value is None else value

    @overload
    def pop(self, name: str) -> str: ...
    @overload
    def pop(self, name: bytes) -> bytes: ...
    @overload
    def pop(self, name: str, default: str) -> str: ...
    @overload
    def pop(self, name: bytes, default: bytes) -> bytes: ...
    @overload
    def pop(self, name: str, default: Default) -> str | Default: ...
    @overload
    def pop(self, name: bytes, default: Default) -> bytes | Default: ...
    def pop(self, name: str | bytes, default: Any = _NONE) -> Any:
        """Removes a field and returns its value; the default, or a KeyError without one, if there is none."""
        value = self.get(name)
        if value is not None:
            self.discard(name)
            return value
        if default is _NONE:
            raise KeyError(name)
        return default

    def discard(self, name: str | bytes) -> None:
        """Removes a field, if it is there."""
        if isinstance(name, bytes):
            hashes.remove(self._i, name)
        else:
            hashes.remove_text(self._i, as_text(name))

    def rename(self, old: str | bytes, new: str | bytes) -> None:
        """Renames a field, which keeps its value, its expiry and its place.

        A field that has the new name is replaced; a field that is not there is left alone.
        """
        if isinstance(old, str) and isinstance(new, str):
            hashes.rename_text(self._i, as_text(old), as_text(new))
        else:
            hashes.rename(self._i, as_bytes(old), as_bytes(new))

    def clear(self) -> None:
        """Removes all fields."""
        hashes.clear(self._i)

    def items(self) -> ItemsView[str, str]:
        """Returns a view of names and values, which reads them a page at a time."""
        return _Items(self)

    def values(self) -> ValuesView[str]:
        """Returns a view of the values, which reads them a page at a time."""
        return _Values(self)

    def names_bytes(self) -> Iterator[bytes]:
        """Walks the names of the fields as bytes."""
        return paged(hashes.names, self._i)

    def items_bytes(self) -> Iterator[tuple[bytes, bytes]]:
        """Walks names and values as bytes."""
        return ((field.name, field.value) for field in self.fields())

    def fields(self) -> Iterator[HashField]:
        """Walks the fields with their names and values as bytes, and their expiries."""
        return paged(hashes.fields, self._i)

    def expires_at(self, name: str | bytes) -> int | None:
        """Returns when a field expires, Unix milliseconds; None if it does not."""
        return hashes.expires_at(self._i, as_bytes(name))

    def set_expires_at(self, name: str | bytes, at: int | None) -> None:
        """Sets when a field expires, Unix milliseconds; None makes it persistent.

        Raises `HostError` if there is no such field.
        """
        hashes.set_expires_at(self._i, as_bytes(name), as_moment(at, "an expiry"))


class _Items(ItemsView[str, str]):
    """Names and values of a hash."""

    def __init__(self, part: Hash) -> None:
        super().__init__(part)
        self._i = part._i

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return paged(hashes.fields_text, self._i)


class _Values(ValuesView[str]):
    """Values of a hash."""

    def __init__(self, part: Hash) -> None:
        super().__init__(part)
        self._i = part._i

    def __iter__(self) -> Iterator[str]:
        return (value for _, value in paged(hashes.fields_text, self._i))
