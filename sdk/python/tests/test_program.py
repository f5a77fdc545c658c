"""Programs."""

from types import ModuleType

import pytest

from remold_transform import Applied, ErrorCode, HostError, Kind, Reject, Skip
from remold_transform.testing import Outcome, keyspace, run, stand_in

JOBS = {f"job:{number:03}": {"hash": {"state": "open"}} for number in range(250)} | {"jobs": {"list": ["job:001"]}}


def program(function):
    """Makes a program's module of its function."""
    module = ModuleType("transform")
    module.run = function
    module.__file__ = __file__
    return module


def test_a_program_changes_what_it_scans():
    def close(keys):
        done = 0
        for key in keys.scan("job:*", Kind.HASH):
            job = keys.get(key)
            job.hash["state"] = "closed"
            assert keys.apply(job) is Applied.APPLIED
            done += 1
            keys.progress(done, 250)
        keys.checkpoint("all")
        keys.backup("after")

    with stand_in() as host:
        assert run(program(close), JOBS) == Outcome("done")
        assert host.keys["job:249"] == {"hash": {"state": "closed"}} and host.keys["jobs"] == JOBS["jobs"]
        assert (host.progress, host.checkpoint, host.backups) == ((250, 250), b"all", ["after"])


def test_each_key_is_applied_once():
    with stand_in() as host:
        keys = keyspace({"a": {"text": "1"}, "b": {"text": "2"}})
        a, b, missing = keys.get_many(["a", b"b", "c"])
        assert missing is None
        host.conflict("b")
        a.text = b.text = "3"
        assert keys.apply_many([a, b]) == [Applied.APPLIED, Applied.CONFLICT]
        with pytest.raises(RuntimeError):
            a.text
        again, b = keys.get_many(["a", "b"])
        assert keys.apply_many([again, b]) == [Applied.ALREADY, Applied.UNCHANGED]
        keys.release(keys.get("b"))
        assert list(keys.scan_bytes("*")) == [b"a", b"b"]


def test_outcomes_of_a_program():
    def raising(error):
        def program_that_raises(keys):
            raise error

        return program(program_that_raises)

    with stand_in(checkpoint=b"half"):
        assert keyspace({}).resumed_from() == b"half"
        assert run(raising(Skip("nothing"))) == Outcome("skip", message="nothing")
        assert run(raising(Reject("bad", "it is"))) == Outcome("reject", "bad", "it is")
        assert run(raising(HostError(ErrorCode.KEYSPACE, "gone"))).code == "keyspace"
        assert run(raising(ZeroDivisionError("x"))).message == "ZeroDivisionError: x"


def test_nothing_without_a_grant():
    with stand_in(read=[], write=["b"], scan=["a*"], backup=False):
        keys = keyspace({"a": {"text": "1"}, "b": {"text": "2"}})
        assert list(keys.scan("a*")) == ["a"] and keys.get("b") is not None
        for wrong in (lambda: list(keys.scan("*")), lambda: keys.get("a"), lambda: keys.backup("x")):
            with pytest.raises(HostError) as refused:
                wrong()
            assert refused.value.code is ErrorCode.DENIED
