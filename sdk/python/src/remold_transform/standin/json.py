"""The interface `json`: a document is edited in its own text, so that the rest of it keeps its spelling."""

from json.decoder import JSONDecoder
from typing import NamedTuple

from ..errors import HostError
from ..jsontext import from_json, to_json
from . import texts
from .state import invalid

_DECODER = JSONDecoder(strict=True)
_SPACE = " \t\n\r"


class Child(NamedTuple):
    """A member of an object or an item of an array, by its places in the text."""

    name: str
    start: int
    value: int
    end: int


class Container(NamedTuple):
    """An object or array: what it holds, and where its inside ends."""

    is_object: bool
    children: list[Child]
    close: int


def get(i: int, pointer: str) -> str | None:
    """Returns what is at a place as JSON."""
    text = _document(i)
    span = _find(text, _steps(pointer))
    return None if span is None else text[span[0] : span[1]]


def set(i: int, pointer: str, value: str) -> None:
    """Sets what is at a place to a JSON value."""
    _parsed(value)
    value = value.strip(_SPACE)
    text = _document(i)
    steps = _steps(pointer)
    span = _find(text, steps)
    if span is None:
        text = _added(text, steps, value)
    else:
        text = text[: span[0]] + value + text[span[1] :]
    texts.set(i, text.encode())


def remove(i: int, pointer: str) -> None:
    """Removes the member or item at a place, if it is there."""
    text = _document(i)
    steps = _steps(pointer)
    if not steps:
        raise invalid("json.remove", "the whole document cannot be removed")
    span = _find(text, steps[:-1])
    container = None if span is None else _container(text, span[0])
    children = [] if container is None else container.children
    place = next((place for place, child in enumerate(children) if child.name == steps[-1]), None)
    if place is None:
        return
    if place > 0:
        start, end = children[place - 1].end, children[place].end
    elif len(children) > 1:
        start, end = children[0].start, children[1].start
    else:
        start, end = children[0].start, children[0].end
    texts.set(i, (text[:start] + text[end:]).encode())


def _document(i: int) -> str:
    """Returns the text of a record. Refuses what is no JSON."""
    try:
        text = texts.get(i).decode()
    except UnicodeDecodeError:
        raise _no_json("it is not UTF-8") from None
    _parsed(text)
    return text


def _parsed(text: str) -> None:
    """Refuses what is no JSON."""
    try:
        from_json(text)
    except ValueError as error:
        raise _no_json(str(error)) from None


def _no_json(problem: str) -> HostError:
    """Returns the refusal of what is no JSON."""
    return invalid("JSON", problem)


def _steps(pointer: str) -> list[str]:
    """Returns the names in a pointer. Refuses what is none."""
    if pointer and not pointer.startswith("/"):
        raise invalid("pointer", f'"{pointer}" does not begin with a slash')
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _find(text: str, steps: list[str]) -> tuple[int, int] | None:
    """Returns where the value at a place begins and ends; None if there is nothing."""
    start = _skip(text, 0)
    end = _DECODER.raw_decode(text, start)[1]
    for step in steps:
        container = _container(text, start)
        children = [] if container is None else container.children
        found = next((child for child in children if child.name == step), None)
        if found is None:
            return None
        start, end = found.value, found.end
    return start, end


def _added(text: str, steps: list[str], value: str) -> str:
    """Returns the text with a new member or item. Refuses where its parent does not take one."""
    span = _find(text, steps[:-1])
    container = None if span is None else _container(text, span[0])
    if container is None:
        raise invalid("pointer", f'the parent of "{steps[-1]}" is not there')
    children = container.children
    if container.is_object:
        value = f"{to_json(steps[-1])}:{value}"
    elif steps[-1] not in ("-", str(len(children))):
        raise invalid("pointer", f'"{steps[-1]}" is no place in an array of {len(children)} items')
    at = children[-1].end if children else container.close
    return f"{text[:at]}{',' if children else ''}{value}{text[at:]}"


def _container(text: str, start: int) -> Container | None:
    """Returns what is in the object or array that begins at a place; None if neither does."""
    if text[start] not in "{[":
        return None
    is_object = text[start] == "{"
    children: list[Child] = []
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        begin, name = at, str(len(children))
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        end = _DECODER.raw_decode(text, at)[1]
        children.append(Child(name, begin, at, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return Container(is_object, children, at)


def _skip(text: str, at: int) -> int:
    """Returns the first place that is no white space."""
    while text[at] in _SPACE:
        at += 1
    return at
