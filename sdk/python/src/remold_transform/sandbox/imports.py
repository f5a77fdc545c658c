"""The generated imports of the component, with the refusals of the host as `HostError`.

The module exists inside the sandbox only, where `wit_world` was generated for the component's world.
"""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from componentize_py_types import Err  # type: ignore[import-not-found]
from wit_world.imports import (  # type: ignore[import-not-found]
    columns,
    context,
    hashes,
    json,
    lists,
    records,
    sets,
    sorted_sets,
    streams,
    texts,
)

from ..errors import refusal

try:
    from wit_world.imports import backup, keyspace
except ImportError:  # only a program's world has them
    backup = keyspace = None

__all__ = [
    "backup",
    "columns",
    "context",
    "hashes",
    "json",
    "keyspace",
    "lists",
    "records",
    "sets",
    "sorted_sets",
    "streams",
    "texts",
]


def _refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function with refusals raised as `HostError`."""

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Err as error:
            raise refusal(error.value.code, error.value.message) from None

    return call


def _guard(module: ModuleType) -> None:
    """Guards the functions of a generated module."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        setattr(module, name, _refusing(function))


# No function of `columns` and `context` can be refused.
for _module in (records, texts, json, hashes, lists, sets, sorted_sets, streams, keyspace, backup):
    if _module is not None:
        _guard(_module)
