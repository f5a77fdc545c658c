"""Turns what a transform raises into what the host is told of the record or program."""

from itertools import islice

from .contract import Place, Unhandled
from .errors import HostError, Reject, Skip
from .host import records

_SDK = __file__.removesuffix("failure.py")


def conclude(i: int, error: BaseException, source: str) -> None:
    """Tells the host the outcome of record `i`, whose transform, from the folder `source`, raised `error`."""
    match error:
        case Skip():
            records.skip(i, printable(error.reason))
        case Reject():
            records.reject(i, printable(error.code), printable(error.message))
        case _:
            records.fail(i, unhandled(error, source))


def unhandled(error: BaseException, source: str) -> Unhandled:
    """Returns an error as the host wants it: the code of a refusal, what is wrong, and the place in the source."""
    if isinstance(error, HostError):
        return Unhandled(error.code, printable(error.message), place(error, source))
    return Unhandled(None, _message(error), place(error, source))


def place(error: BaseException, source: str) -> Place | None:
    """Returns the innermost place under the folder `source` that the error came through; None if there is none."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(source + "/") and not code.co_filename.startswith(_SDK):
            column = next(islice(code.co_positions(), trace.tb_lasti // 2, None))[2]
            found = Place(code.co_filename[len(source) + 1 :], trace.tb_lineno, 0 if column is None else column + 1)
        trace = trace.tb_next
    return found


def printable(text: str) -> str:
    """Returns the text, with halves of surrogate pairs, which the host cannot take, as escapes."""
    return str(text).encode("utf-8", "backslashreplace").decode()


def _message(error: BaseException) -> str:
    """Returns the type and the text of an error."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:
        return f"{name}, whose text cannot be printed"
    return printable(f"{name}: {text}" if text else name)
