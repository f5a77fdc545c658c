"""The run that the transform is part of. A dry run, the run and a replay say the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from .encoding import as_text
from .host import context
from .jsontext import from_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_parsed: dict[str, Any] | None = None


def parameters() -> dict[str, Any]:
    """Returns the manifest's parameters. A number with a fraction is a Decimal."""
    global _parsed
    if _parsed is None:
        _parsed = from_json(context.parameters())
    return _parsed


def forget_parameters() -> None:
    """Has the parameters read anew; the SDK calls it when a call of the host begins."""
    global _parsed
    _parsed = None


def now_ms() -> int:
    """Returns the run's frozen clock, Unix milliseconds."""
    return context.now_ms()


def now() -> datetime:
    """Returns the run's frozen clock as a time in UTC. `datetime.now()` has no clock to ask in the sandbox."""
    return _EPOCH + timedelta(milliseconds=now_ms())


def seed() -> int:
    """Returns the run's seed. `Record.random` is the one to use for what depends on a record."""
    return context.seed()


class Log:
    """The log of the run. `print` writes to it at the level info; Python's `logging` writes to it too."""

    def debug(self, message: str) -> None:
        """Logs a line for the author of the transform. It counts as output."""
        context.log(context.Level.DEBUG, as_text(message))

    def info(self, message: str) -> None:
        """Logs a line that is worth knowing. It counts as output."""
        context.log(context.Level.INFO, as_text(message))

    def warn(self, message: str) -> None:
        """Logs a line that is worth a look. It counts as output."""
        context.log(context.Level.WARN, as_text(message))


log = Log()
"""The log of the run."""
