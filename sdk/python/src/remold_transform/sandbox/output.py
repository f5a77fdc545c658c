"""Sends what a transform prints to the log of the run."""

import io
import logging
import sys
from collections.abc import Callable

from ..failure import printable
from ..host import context


class Output:
    """Standard output, standard error and Python's `logging`, all to the host's log."""

    def __init__(self) -> None:
        """Makes the two streams and the handler."""
        self._out = _Lines(lambda line: context.log(context.Level.INFO, line))
        self._err = _Lines(lambda line: context.print(line.encode() + b"\n"))

    def install(self) -> None:
        """Puts the streams and the handler in the place of the interpreter's own."""
        sys.stdout, sys.stderr = self._out, self._err
        logging.basicConfig(handlers=[_Handler()], level=logging.DEBUG, format="%(message)s", force=True)

    def flush(self) -> None:
        """Sends lines that have not ended."""
        self._out.end()
        self._err.end()


class _Lines(io.TextIOBase):
    """A text stream that hands on whole lines."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._send(printable(line))
        return len(text)

    def end(self) -> None:
        """Sends the line that has not ended, if there is one."""
        if self._line:
            self.write("\n")


class _Handler(logging.Handler):
    """Hands what `logging` is given to the host's log."""

    def emit(self, record: logging.LogRecord) -> None:
        level = context.Level.DEBUG
        if record.levelno >= logging.WARNING:
            level = context.Level.WARN
        elif record.levelno >= logging.INFO:
            level = context.Level.INFO
        context.log(level, printable(self.format(record)))
