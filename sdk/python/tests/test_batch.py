"""Transforms of a batch, by columns."""

from types import ModuleType

import pytest

from remold_transform import Kind, Reject, Skip, hash_value, list_value
from remold_transform.testing import Outcome, batch, migrate, outcomes, stand_in, written


def test_fields_are_columns():
    users = batch({"hash": {"a": "1", "b": "2"}}, {"hash": {"b": "3"}})
    assert users.fields("a") == ["1", None] and users.fields(b"b") == [b"2", b"3"]
    users.set_fields("c", ["x", None])
    users.set_fields(b"d", [None, b"\xff"])
    users.rename_fields("a", "e")
    users.rename_fields(b"d", b"f")
    users.remove_fields("b")
    users.remove_fields(b"nope")
    assert [written(user) for user in users] == [
        {"test:1": {"hash": {"e": "1", "c": "x"}}},
        {"test:2": {"hash": {"f": b"\xff"}}},
    ]


def test_the_other_columns():
    mixed = batch({"text": "a", "expiresAt": 5}, {"text": b"b"})
    assert mixed.keys() == ["test:1", "test:2"] and mixed.keys_bytes() == [b"test:1", b"test:2"]
    assert mixed.kinds() == [Kind.TEXT, Kind.TEXT] and mixed.expiries() == [5, None]
    assert mixed.texts() == ["a", "b"] and mixed.texts_bytes() == [b"a", b"b"] and len(mixed) == 2
    mixed.set_expiries([None, 7])
    mixed.set_texts(["c", None])
    mixed.set_texts([None, b"d"])
    mixed.rename(["new:1", None])
    mixed.rename([None, b"new:2"])
    assert written(mixed[0]) == {"test:1": None, "new:1": {"text": "c"}}
    assert written(mixed[-1]) == {"test:2": None, "new:2": {"text": "d", "expiresAt": 7}}
    mixed.set_values([list_value(["a"]), None])
    mixed.delete([False, True])
    assert mixed[0].kind is Kind.LIST and written(mixed[1]) == {"test:2": None}
    assert mixed.values()[0] == list_value(["a"])


def test_what_cannot_be_done_fails_its_record_alone():
    mixed = batch({"hash": {"a": "1"}}, {"text": "a"}, {"hash": {"a": b"\xff"}})
    assert mixed.fields("a") == ["1", None, None]
    assert [(outcome.kind, outcome.code) for outcome in outcomes(mixed)] == [
        ("done", ""),
        ("fail", "wrong-kind"),
        ("fail", "not-text"),
    ]
    with stand_in(write=["user:*"]):
        users = batch({"text": "a"}, {"text": "b"})
        users.rename(["user:1", "plan:1"])
        assert [outcome.code for outcome in outcomes(users)] == ["", "denied"]


def test_map_makes_outcomes_of_what_is_raised():
    def halved(value):
        if value is None:
            raise Skip("nothing there")
        if int(value) % 2:
            raise Reject("odd", value)
        return str(int(value) // 2)

    users = batch(*({"hash": {"n": n} if n else {"x": "y"}} for n in ("4", None, "3", "x")))
    column = users.map(halved, users.fields("n"))
    assert column == ["2", None, None, None]
    assert users.map(lambda key: key, users.keys()) == ["test:1", None, None, None]
    done, skipped, rejected, failed = outcomes(users)
    assert (done, skipped, rejected) == (
        Outcome("done"),
        Outcome("skip", message="nothing there"),
        Outcome("reject", "odd", "3"),
    )
    assert failed.message == "ValueError: invalid literal for int() with base 10: 'x'"


def test_outcomes_by_place():
    users = batch({"text": "a"}, {"text": "b"}, {"text": "c"})
    users.skip(0, "mine")
    users.reject(-1, "bad", "it is bad")
    assert outcomes(users) == [Outcome("skip", message="mine"), Outcome("done"), Outcome("reject", "bad", "it is bad")]


@pytest.mark.parametrize("column", [["a"], ["a", "b", "c"], ["a", 1], ["a", b"b"], ["a", "\ud800"]])
def test_a_column_that_would_end_the_call_is_an_error(column):
    users = batch({"hash": {"a": "1"}}, {"hash": {"a": "2"}})
    with pytest.raises((TypeError, ValueError)):
        users.set_fields("a", column)
    assert users.fields("a") == ["1", "2"]


def test_an_error_outside_of_map_fails_every_record():
    def migrate_batch(users):
        users.set_values([hash_value({"a": 1})])

    module = ModuleType("transform")
    module.migrate_batch = migrate_batch
    module.__file__ = __file__
    result = migrate(module, {"a": {"text": "1"}, "b": {"text": "2"}})
    assert {outcome.message for outcome in result.outcomes.values()} == {
        "ValueError: the column has 1 places, the batch has 2 records"
    }
    assert result.keys == {"a": {"text": "1"}, "b": {"text": "2"}}
