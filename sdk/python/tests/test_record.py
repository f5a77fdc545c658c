"""Records: keys, expiries, texts, whole values, other keys, lookups."""

from decimal import Decimal

import pytest

from remold_transform import (
    ErrorCode,
    HashValue,
    HostError,
    Kind,
    hash_value,
    list_value,
    set_value,
    stream_value,
)
from remold_transform.testing import record, stand_in, written


def test_key_and_kind():
    rec = record({"set": ["a", "b"]}, key="tags:1")
    assert (rec.key, rec.key_bytes, rec.kind, rec.size) == ("tags:1", b"tags:1", Kind.SET, 2)
    with pytest.raises(HostError) as refused:
        record({"text": ""}, key=b"\xff").key
    assert refused.value.code is ErrorCode.NOT_TEXT


def test_expiry_and_time_to_live_are_one():
    with stand_in(now_ms=1000):
        rec = record({"text": "a", "expiresAt": 1500})
        assert rec.ttl == 500
        rec.ttl = 50
        assert rec.expires_at == 1050 and written(rec) == {"test:1": {"text": "a", "expiresAt": 1050}}
        rec.expires_at = None
        assert rec.ttl is None
        with pytest.raises(HostError):
            rec.ttl = 0
        with pytest.raises(ValueError):
            rec.expires_at = -1


def test_a_text_and_its_bytes():
    rec = record({"text": "a"})
    rec.text = "é"
    assert rec.bytes == b"\xc3\xa9" and rec.size == 2
    rec.bytes = b"\xff"
    with pytest.raises(HostError):
        rec.text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (b"a", "a"),
        (1, "1"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E-8"), "0.00000001"),
        (2**70, str(2**70)),
    ],
)
def test_what_can_be_written(value, text):
    rec = record({"hash": {"a": ""}})
    rec.hash["a"] = value
    assert rec.hash["a"] == text


@pytest.mark.parametrize("value", [1.5, True, None, [], Decimal("NaN"), "\ud800"])
def test_what_cannot_be_written(value):
    rec = record({"hash": {"a": ""}})
    with pytest.raises((TypeError, ValueError)):
        rec.hash["a"] = value
    assert rec.hash["a"] == ""


def test_a_record_changes_its_kind():
    rec = record({"text": "a,b"})
    rec.value = list_value(rec.text.split(","))
    assert rec.kind is Kind.LIST and rec.list == ["a", "b"]
    rec.value = hash_value({"n": 1})
    match rec.value:
        case HashValue(fields):
            assert [(field.name, field.value) for field in fields] == [(b"n", b"1")]
        case other:
            pytest.fail(f"{other}")


def test_values_that_redis_cannot_hold_are_refused():
    rec = record({"text": "a"})
    wrong = [
        set_value(["a", "a"]),
        hash_value([("a", 1), ("a", 2)]),
        stream_value([("2-0", {"a": "b"}), ("1-0", {"a": "b"})]),
        stream_value([("2-0", {"a": "b"})], last_id="1-0"),
    ]
    for value in wrong:
        with pytest.raises(HostError):
            rec.value = value
    with pytest.raises(TypeError):
        rec.value = "a"


def test_other_keys():
    rec = record({"hash": {"a": "1"}, "expiresAt": 5}, key="old")
    rec.rename("first")
    rec.rename("new")
    rec.emit("copy", rec.value, expires_at=7)
    rec.emit(b"note", "made")
    rec.remove("index")
    assert written(rec) == {
        "old": None,
        "new": {"hash": {"a": "1"}, "expiresAt": 5},
        "copy": {"hash": {"a": "1"}, "expiresAt": 7},
        "note": {"text": "made"},
        "index": None,
    }
    rec.delete()
    assert written(rec)["old"] is None and "new" not in written(rec)


def test_other_keys_only_within_the_grant():
    with stand_in(write=["user:*"]):
        rec = record({"text": "a"})
        rec.rename("user:1")
        for wrong in (lambda: rec.rename("plan:1"), lambda: rec.emit("plan:1", "a"), lambda: rec.remove("plan:1")):
            with pytest.raises(HostError) as refused:
                wrong()
            assert refused.value.code is ErrorCode.DENIED


def test_lookups_are_read_only():
    rec = record({"text": "a"}, lookups={"plan:1": {"hash": {"seats": "3"}}, "plan:2": None})
    plan = rec.lookup("plan:1")
    assert plan is not None and plan.hash["seats"] == "3" and rec.lookup("plan:2") is None
    with pytest.raises(HostError):
        plan.hash["seats"] = "4"
    with pytest.raises(HostError) as refused:
        rec.lookup("plan:3")
    assert refused.value.code is ErrorCode.NOT_LOOKED_UP


def test_random_numbers_depend_on_seed_and_key_alone():
    def draw(seed, key):
        with stand_in(seed=seed):
            return record({"text": "a"}, key=key).random().random()

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(2, "a"), draw(1, "b")}) == 3
