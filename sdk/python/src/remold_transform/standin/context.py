"""The interface `context`."""

import builtins
from enum import Enum

from .state import current
from .types import Place


class Level(Enum):
    """How important a line of the log is."""

    DEBUG = 0
    INFO = 1
    WARN = 2


def parameters() -> str:
    """Returns the manifest's parameters: a JSON object."""
    return current().parameters


def now_ms() -> int:
    """Returns the run's frozen clock, Unix milliseconds."""
    return current().now_ms


def seed() -> int:
    """Returns the run's seed."""
    return current().seed


def log(level: Level, message: str) -> None:
    """Logs a line."""
    current().log.append((level.name.lower(), message))


def print(text: bytes) -> None:
    """Takes what is printed to the standard error."""
    for line in text.decode(errors="replace").splitlines():
        log(Level.DEBUG, line)


def panic(message: str, place: Place | None) -> None:
    """Tells what a panic says."""
    builtins.print(message, place)
