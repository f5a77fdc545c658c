"""Does what the field "do" of a record says: every misdeed that Python has the means for."""

import re
import sys

from remold_transform import Record, Reject


seen: list[str] = []


def migrate(rec: Record) -> None:
    misdeed = rec.hash.get("do", "")
    if misdeed == "loop":
        while True:
            pass
    elif misdeed == "recursion":
        deeper(0)
    elif misdeed == "unlimited":
        sys.setrecursionlimit(1_000_000_000)
        deeper(0)
    elif misdeed == "memory":
        kept = []
        while True:
            kept.append(bytearray(1 << 20))
    elif misdeed == "output":
        rec.hash["big"] = "x" * (4 << 20)
    elif misdeed == "calls":
        while True:
            "do" in rec.hash
    elif misdeed == "grant":
        rec.rename("secret:1")
    elif misdeed == "emit":
        number = 0
        while True:
            rec.emit(f"user:{number}", "x" * 1000)
            number += 1
    elif misdeed == "panic":
        raise RuntimeError("it gave up")
    elif misdeed == "kind":
        rec.list.append("x")
    elif misdeed == "remember":
        seen.append(misdeed)
        rec.hash["seen"] = len(seen)
    elif misdeed == "exit":
        sys.exit(3)
    elif misdeed == "text":
        raise Reject("\ud800", "half a character: \udc00")
    elif misdeed == "pattern":
        # Takes time that is exponential in the length of the text.
        re.match("^(a+)+$", "a" * 64 + "b")
    elif misdeed == "file":
        open("/etc/passwd").read()
    elif misdeed == "socket":
        import socket

        socket.create_connection(("127.0.0.1", 6379))
    else:
        rec.hash["done"] = "1"


def deeper(depth: int) -> int:
    return deeper(depth + 1) + 1
