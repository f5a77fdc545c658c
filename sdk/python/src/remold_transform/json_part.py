"""The JSON document in a text record."""

from typing import Any

from .encoding import as_text
from .host import json
from .jsontext import from_json, to_json


class Json:
    """The JSON document in a text record, by places.

    A place is a JSON Pointer (RFC 6901): `/address/city`, `/tags/0`; the empty one is the whole document. What is not
    touched keeps its order and spelling to the byte. Numbers are read without loss, as `from_json` tells. Everything
    raises `HostError` where the record is no text (`WRONG_KIND`) and where the text is no JSON (`INVALID_ARGUMENT`).
    """

    __slots__ = ("_i",)

    def __init__(self, i: int) -> None:
        """Makes the part of record `i`; `Record.json` does that."""
        self._i = i

    def __getitem__(self, pointer: str) -> Any:
        """Returns what is at a place. Raises a KeyError if there is nothing."""
        text = self.get_text(pointer)
        if text is None:
            raise KeyError(pointer)
        return from_json(text)

    def __setitem__(self, pointer: str, data: Any) -> None:
        """Sets what is at a place.

        A member that is not there is added at the end of its object; `-` or the length of an array stands for a new
        item at its end. Raises `HostError` if the parent is not there.
        """
        self.set_text(pointer, to_json(data))

    def __delitem__(self, pointer: str) -> None:
        """Removes the member or item at a place. Raises a KeyError if there is nothing; `discard` does not."""
        if pointer not in self:
            raise KeyError(pointer)
        self.discard(pointer)

    def __contains__(self, pointer: str) -> bool:
        """Says whether there is something at a place, be it null."""
        return self.get_text(pointer) is not None

    def get(self, pointer: str, default: Any = None) -> Any:
        """Returns what is at a place, or the default if there is nothing."""
        text = self.get_text(pointer)
        return default if text is None else from_json(text)

    def discard(self, pointer: str) -> None:
        """Removes the member or item at a place, if it is there. Raises `HostError` for the whole document."""
        json.remove(self._i, as_text(pointer))

    def get_text(self, pointer: str) -> str | None:
        """Returns what is at a place as JSON, as it is spelt; None if there is nothing."""
        return json.get(self._i, as_text(pointer))

    def set_text(self, pointer: str, text: str) -> None:
        """Sets what is at a place to JSON as it is spelt. Raises `HostError` if it is no JSON."""
        json.set(self._i, as_text(pointer), as_text(text))

    def __repr__(self) -> str:
        """Returns the document, for messages."""
        return f"Json({self.get_text('')})"
