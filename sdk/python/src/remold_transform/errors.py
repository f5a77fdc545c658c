"""The exceptions of a transform: the two outcomes that it can raise, and the refusals of the host."""

from .contract import ErrorCode


class Skip(Exception):
    """Says that the record is none of this transform's business; its edits are dropped.

    In a program it says that there was nothing to do.
    """

    def __init__(self, reason: str) -> None:
        """Takes the reason, which the report counts."""
        super().__init__(reason)
        self.reason = reason


class Reject(Exception):
    """Says that the record should have been transformed and cannot be; it goes to the quarantine.

    In a program it says that the program cannot go on.
    """

    def __init__(self, code: str, message: str) -> None:
        """Takes a short word for counting, and what is wrong with this record."""
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """Returns code and message."""
        return f"{self.code}: {self.message}"


class HostError(Exception):
    """A refusal of the host. Nothing was changed.

    A transform that does not handle it fails for this record alone, and the report shows the code.
    """

    def __init__(self, code: ErrorCode, message: str) -> None:
        """Takes the reason for programs and the reason for people."""
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """Returns the reason for people."""
        return self.message


class OutOfRange(HostError, IndexError):
    """A refusal because an index names no element, which is also Python's own IndexError."""


def refusal(code: ErrorCode, message: str) -> HostError:
    """Returns the exception for a refusal: an OutOfRange where the code is `ErrorCode.OUT_OF_RANGE`."""
    kind = OutOfRange if code is ErrorCode.OUT_OF_RANGE else HostError
    return kind(code, message)
