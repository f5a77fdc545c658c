"""The interface `backup`."""

from ..errors import refusal
from .state import current
from .types import ErrorCode


def create(name: str) -> str:
    """Notes that a backup was taken and returns its name."""
    if not current().may_backup:
        raise refusal(ErrorCode.DENIED, "no capability grants backup; ask for it in spec.capabilities.backup")
    current().backups.append(name)
    return name
