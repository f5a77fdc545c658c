"""A transform of records that calls every function and checks what comes back; what is checked follows from the key."""

import sys
from collections.abc import Iterator

import kinds
from calls import calls
from check import NOW, refused, same
from remold_transform import (
    ErrorCode,
    HashField,
    HashValue,
    Kind,
    OpaqueValue,
    Record,
    Reject,
    Skip,
    Value,
    hash_value,
    list_value,
    log,
    now_ms,
    parameters,
    seed,
    set_value,
    sorted_set_value,
    stream_value,
    text_value,
)
from remold_transform.contract import types


def migrate(rec: Record) -> None:
    key = rec.key
    if key in CHECKS:
        CHECKS[key](rec)
    called = calls()
    if called is not None:
        rec.emit(f"calls:{key}", set_value(called))
    if key == "check:delete":
        rec.delete()
    elif key == "check:skip":
        raise Skip("as asked for")
    elif key == "check:reject":
        raise Reject("as-asked", f"{key} is rejected")
    elif key in ("check:fail", "check:panic"):
        raise RuntimeError("as asked for")
    elif key == "check:denied":
        rec.rename("nobody's")
    elif key == "check:parse":
        int("x")


def revert(rec: Record) -> None:
    rec.value = text_value("reverted")


def lookups(rec: Record) -> Iterator[str | bytes]:
    if rec.key_bytes == b"check:lookup":
        yield "other:there"
        yield b"other:missing"


def every_record(rec: Record) -> None:
    same(rec.key_bytes, b"check:record")
    same((rec.kind, rec.size), (Kind.TEXT, 4))
    same(rec.seed, rec.seed)
    same(rec.expires_at, NOW + 5000)
    same(rec.ttl, 5000)
    rec.ttl = 9000
    same(rec.expires_at, NOW + 9000)
    rec.expires_at = None
    same((rec.expires_at, rec.ttl), (None, None))
    rec.expires_at = NOW + 8000
    with refused(ErrorCode.INVALID_ARGUMENT):
        rec.expires_at = 0
    with refused(ErrorCode.INVALID_ARGUMENT):
        rec.ttl = 0
    rec.rename("renamed:never")
    rec.rename(b"renamed:1")
    rec.emit("emitted:1", hash_value({"a": "1"}), NOW + 7000)
    rec.emit("emitted:2", list_value(["a", "b"]))
    rec.remove("removed:1")
    rec.remove(b"removed:2")
    with refused(ErrorCode.NOT_LOOKED_UP):
        rec.lookup("other:there")


def whole_values(rec: Record) -> None:
    """Writes a value of each kind and reads it again; the last one stays."""
    fields = [("a", "1"), ("a", "")]
    values: list[tuple[Value, Kind, int]] = [
        (text_value("García"), Kind.TEXT, 7),
        (text_value(""), Kind.TEXT, 0),
        (list_value(["a", "", "a"]), Kind.LIST, 3),
        (set_value(["a", "b"]), Kind.SET, 2),
        (sorted_set_value({"a": 1.5, "b": float("-inf"), "c": -0.0}), Kind.SORTED_SET, 3),
        (OpaqueValue(types.OpaqueValue(7, "ReJSON-RL", b"raw")), Kind.OPAQUE, 3),
        (OpaqueValue(types.OpaqueValue(7, None, b"raw")), Kind.OPAQUE, 3),
        (stream_value([("1-7", fields), ("2-7", fields)]), Kind.STREAM, 2),
        (HashValue([HashField(b"a", b"\xff", NOW + 5000)]), Kind.HASH, 1),
        (hash_value({"checked": "1", "": "empty"}), Kind.HASH, 2),
    ]
    for value, kind, size in values:
        rec.value = value
        same(rec.value, value)
        same((rec.kind, rec.size), (kind, size))
    before = rec.value
    with refused(ErrorCode.INVALID_ARGUMENT):
        rec.value = hash_value([("a", "1"), ("a", "2")])
    with refused(ErrorCode.INVALID_ARGUMENT):
        rec.value = sorted_set_value({"a": float("nan")})
    same(rec.value, before)


def opaque(rec: Record) -> None:
    """What cannot be looked into can be changed as bytes, and copied."""
    value = rec.value
    assert isinstance(value, OpaqueValue)
    same((value.value.type_id, value.value.module, rec.size), (7, "AAAAAAAAI", len(value.value.bytes)))
    changed = OpaqueValue(types.OpaqueValue(7, value.value.module, value.value.bytes + b"+"))
    rec.value = changed
    rec.emit("emitted:copy", changed)


def the_run(rec: Record) -> None:
    same(now_ms(), NOW)
    same(seed(), seed())
    given = parameters()
    same((given["digits"], given["names"], given.get("none")), (2, ["a", "é"], None))
    log.debug("debug")
    log.info("info")
    log.warn("warn")
    print("printed")
    print("printed", file=sys.stderr)


def other_keys(rec: Record) -> None:
    other = rec.lookup("other:there")
    assert other is not None
    same((other.key, other.hash["a"]), ("other:there", "1"))
    with refused(ErrorCode.INVALID_ARGUMENT):
        other.hash["a"] = "2"
    same(rec.lookup(b"other:missing"), None)
    with refused(ErrorCode.NOT_LOOKED_UP):
        rec.lookup("other:never")


CHECKS = {
    "check:record": every_record,
    "check:value": whole_values,
    "check:opaque": opaque,
    "check:context": the_run,
    "check:lookup": other_keys,
    "check:text": kinds.text,
    "check:json": kinds.json,
    "check:hash": kinds.hash,
    "check:list": kinds.list_,
    "check:set": kinds.set_,
    "check:sorted-set": kinds.sorted_set,
    "check:stream": kinds.stream,
}
