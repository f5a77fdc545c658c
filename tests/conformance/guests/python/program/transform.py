"""A program over `user:*` that calls every function. The text at `user:3` says how it is to end."""

from calls import calls
from check import refused, same
from remold_transform import Applied, ErrorCode, Keyspace, Kind, Reject, Skip, list_value, set_value


def run(keyspace: Keyspace) -> None:
    same(keyspace.resumed_from(), None)
    same(sorted(keyspace.scan("user:*", Kind.HASH)), ["user:1", "user:2"])
    same(len(list(keyspace.scan_bytes("user:*"))), 3)
    with refused(ErrorCode.DENIED):
        keyspace.get("secret:1")
    with refused(ErrorCode.DENIED):
        keyspace.backup("before")

    held = keyspace.get_many(["user:1", "user:2", b"user:3", "user:none"])
    same(held[3], None)
    there = [record for record in held if record is not None]
    end = there[2].text
    there[0].hash["seen"] = "1"
    there[1].emit("made:2", list_value(["x"]))
    same(keyspace.apply_many(there), [Applied.APPLIED, Applied.APPLIED, Applied.UNCHANGED])
    keyspace.progress(1)
    keyspace.progress(2, 3)
    keyspace.checkpoint("half")

    again = keyspace.get("user:1")
    assert again is not None
    same((again.key, keyspace.apply(again)), ("user:1", Applied.ALREADY))
    keyspace.release(*(record for record in keyspace.get_many(["user:2", "user:3"]) if record is not None))
    called = calls()
    if called is not None:
        told = keyspace.get("calls:1")
        assert told is not None
        told.value = set_value(called)
        keyspace.apply(told)
    if end == "skip":
        raise Skip("as asked for")
    if end == "reject":
        raise Reject("as-asked", "for")
    if end == "fail":
        raise RuntimeError("as asked for")
