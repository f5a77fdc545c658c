"""What becomes of what a transform raises, and the loop over the records."""

from types import ModuleType

import pytest

from remold_transform import HostError, Reject, Skip, log, now, now_ms, parameters, seed
from remold_transform.testing import Outcome, migrate, revert, stand_in


def module(**functions):
    """Makes a transform's module of functions."""
    made = ModuleType("transform")
    made.__file__ = __file__
    vars(made).update(functions)
    return made


def boom(rec):
    match rec.key:
        case "skip":
            rec.hash["a"] = "lost"
            raise Skip("not mine")
        case "reject":
            raise Reject("bad", "it is bad")
        case "refused":
            rec.list.append("a")
        case "key":
            rec.hash["nope"]
        case "exit":
            raise SystemExit(3)
        case "returned":
            return Skip("not raised")
        case "surrogate":
            raise ValueError("\ud800")
        case "unprintable":
            raise type("Odd", (Exception,), {"__str__": lambda self: 1 / 0})
    rec.hash["a"] = "done"


def test_each_record_has_its_own_outcome():
    names = ["first", "skip", "reject", "refused", "key", "exit", "returned", "surrogate", "unprintable", "last"]
    result = migrate(module(migrate=boom), {name: {"hash": {"a": "1"}} for name in names})
    said = {name: (outcome.kind, outcome.code, outcome.message) for name, outcome in result.outcomes.items()}
    returned = (
        "TypeError: migrate returned Skip('not raised'); it returns nothing: outcomes are raised, as in `raise Skip(…)`"
    )
    assert said == {
        "first": ("done", "", ""),
        "skip": ("skip", "", "not mine"),
        "reject": ("reject", "bad", "it is bad"),
        "refused": ("fail", "wrong-kind", "this needs a list, the record holds a hash"),
        "key": ("fail", "", "KeyError: 'nope'"),
        "exit": ("fail", "", "SystemExit: 3"),
        "returned": ("fail", "", returned),
        "surrogate": ("fail", "", "ValueError: \\ud800"),
        "unprintable": ("fail", "", "Odd, whose text cannot be printed"),
        "last": ("done", "", ""),
    }
    assert {name for name, shape in result.keys.items() if shape["hash"]["a"] == "done"} == {"first", "last"}


def test_a_failure_tells_its_place_in_the_user_s_file():
    failed = migrate(module(migrate=boom), {"key": {"hash": {"a": "1"}}}).outcomes["key"]
    line = boom.__code__.co_firstlineno + 10
    assert (failed.file, failed.line) == ("test_outcomes.py", line)


def test_the_way_back():
    result = revert(module(revert=lambda rec: rec.rename("new")), {"old": {"text": "a"}})
    assert result.keys == {"new": {"text": "a"}}


def test_lookups_are_asked_for_before_and_read_after():
    def lookups(rec):
        yield f"plan:{rec.hash['plan']}"

    def joined(rec):
        plan = rec.lookup(f"plan:{rec.hash['plan']}")
        rec.hash["seats"] = plan.hash["seats"] if plan else "0"

    users = {"user:1": {"hash": {"plan": "a"}}, "user:2": {"hash": {"plan": "b"}}}
    plans = {"plan:a": {"hash": {"seats": "3"}}}
    result = migrate(module(migrate=joined, lookups=lookups), users, others=plans)
    assert [shape["hash"]["seats"] for shape in result.keys.values()] == ["3", "0"]

    result = migrate(module(migrate=boom, lookups=lambda rec: "plan:a"), {"x": {"hash": {"a": "b"}}})
    assert result.outcomes["x"] == Outcome("done")


def test_the_run_around_the_transform():
    with stand_in(parameters={"digits": 2, "rate": 1}, now_ms=1_767_225_600_000, seed=7) as host:
        assert parameters() == {"digits": 2, "rate": 1} and seed() == 7
        assert now_ms() == 1_767_225_600_000 and now().isoformat() == "2026-01-01T00:00:00+00:00"
        log.debug("a")
        log.info("b")
        log.warn("c")
        assert host.log == [("debug", "a"), ("info", "b"), ("warn", "c")]
    assert parameters() == {}


def test_a_refusal_of_a_lookup_outside_the_grant():
    with stand_in(read=["plan:*"]):
        result = migrate(module(migrate=boom, lookups=lambda rec: ["user:1"]), {"x": {"hash": {"a": "b"}}})
    assert (result.outcomes["x"].kind, result.outcomes["x"].code) == ("fail", "denied")


def test_skip_and_reject_are_seen_by_a_test():
    with pytest.raises(Reject, match="no-name: nothing"):
        raise Reject("no-name", "nothing")
    assert issubclass(HostError, Exception)
