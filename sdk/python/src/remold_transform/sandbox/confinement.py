"""Says what is wrong where a transform asks for something that the sandbox does not have.

Without it the clock, files, the system's randomness and late imports would end the whole batch without a word; so
they cost their record alone, and the report shows what to use instead.
"""

import builtins
import importlib
import io
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec
from types import ModuleType
from typing import Any, Never

from ..host import context

# What Python imports by itself when it is first used: datetime.strptime, and encodings.
importlib.import_module("_strptime")
for _encoding in (
    "ascii",
    "cp1250",
    "cp1251",
    "cp1252",
    "hex_codec",
    "iso8859_15",
    "latin_1",
    "utf_8_sig",
    "utf_16",
    "utf_32",
):
    importlib.import_module(f"encodings.{_encoding}")

_CLOCK = "the sandbox has the run's frozen clock only: use remold_transform.now()"
_RANDOM = "the sandbox has no randomness of its own: use Record.random()"
_FILES = "the sandbox has no files: read what you need while the module is imported, which is when it is built"


def confine() -> None:
    """Puts functions that say what is wrong in the place of those that would end the batch."""
    time.time = lambda: context.now_ms() / 1000
    time.time_ns = lambda: context.now_ms() * 1_000_000
    for name in ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "sleep"):
        setattr(time, name, _refusing(f"time.{name}", _CLOCK))
    for name in ("urandom", "getrandom"):
        setattr(os, name, _refusing(f"os.{name}", _RANDOM))
    vars(random)["_urandom"] = os.urandom  # what SystemRandom and the module secrets use
    for name in ("open", "stat", "listdir", "scandir", "mkdir", "remove"):
        setattr(os, name, _refusing(f"os.{name}", _FILES))
    builtins.open = io.open = _refusing("open", _FILES)
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, _NoLateImports]


def _refusing(name: str, advice: str) -> Callable[..., Never]:
    """Returns a function that raises a RuntimeError with the advice."""

    def refuse(*arguments: Any, **named: Any) -> Never:
        raise RuntimeError(f"{name}: {advice}")

    return refuse


class _NoLateImports:
    """An importer that finds nothing and says why."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Raises an ImportError."""
        raise ModuleNotFoundError(
            f"{name}: import it at the top of the module, for the sandbox loads none later", name=name
        )
