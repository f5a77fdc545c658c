"""The fields of a hash: text and bytes, the mapping's own methods, expiries, pages."""

import pytest

from remold_transform import ErrorCode, HashField, HostError
from remold_transform.testing import record, written


def test_text_names_give_texts_and_bytes_names_give_bytes():
    user = record({"hash": {"name": "Ada", "photo": b"\xff\xd8"}}).hash
    assert user["name"] == "Ada"
    assert user[b"name"] == b"Ada"
    assert user[b"photo"] == b"\xff\xd8"
    with pytest.raises(HostError) as refused:
        user["photo"]
    assert refused.value.code is ErrorCode.NOT_TEXT


def test_a_field_that_is_not_there():
    user = record({"hash": {"name": "Ada"}}).hash
    assert user.get("age") is None
    assert user.get("age", "36") == "36"
    assert "age" not in user and b"name" in user
    assert user.pop("age", None) is None
    user.discard("age")
    for wrong in (lambda: user["age"], lambda: user.pop("age"), lambda: user.__delitem__("age")):
        with pytest.raises(KeyError):
            wrong()


def test_the_methods_of_a_mapping():
    user = record({"hash": {"name": "Ada", "plan": "free"}}).hash
    user.update({"plan": "team", "seats": "3"})
    assert user.pop("name") == "Ada"
    assert user.setdefault("plan", "free") == "team"
    assert list(user) == ["plan", "seats"] and len(user) == 2
    assert dict(user.items()) == {"plan": "team", "seats": "3"}
    assert list(user.values()) == ["team", "3"] and ("plan", "team") in user.items()
    del user["plan"]
    assert user == {"seats": "3"} and user != {"seats": "4"}
    user.clear()
    assert len(user) == 0


def test_renaming_keeps_the_place_and_replaces_what_had_the_name():
    rec = record({"hash": {"a": "1", "b": "2", "c": "3"}})
    rec.hash.rename("a", "c")
    rec.hash.rename("not there", "d")
    rec.hash.rename(b"b", "b2")
    assert list(rec.hash.items()) == [("c", "1"), ("b2", "2")]


def test_a_field_keeps_its_expiry_when_it_is_set():
    rec = record({"hash": {"code": {"value": "1", "expiresAt": 5000}, "name": "Ada"}})
    rec.hash["code"] = "2"
    assert rec.hash.expires_at("code") == 5000 and rec.hash.expires_at("name") is None
    rec.hash.set_expires_at("code", None)
    rec.hash.set_expires_at("name", 7000)
    assert list(rec.hash.fields()) == [HashField(b"code", b"2", None), HashField(b"name", b"Ada", 7000)]
    with pytest.raises(HostError):
        rec.hash.set_expires_at("age", 1)


def test_every_page_is_read():
    fields = {f"field {number}": str(number) for number in range(1000)}
    assert dict(record({"hash": fields}).hash.items()) == fields


def test_what_another_kind_of_record_says():
    with pytest.raises(HostError) as refused:
        record({"list": ["a"]}).hash["name"]
    assert refused.value.code is ErrorCode.WRONG_KIND
    assert str(refused.value) == "this needs a hash, the record holds a list"


def test_an_empty_hash_is_a_key_that_is_deleted():
    rec = record({"hash": {"name": "Ada"}})
    rec.hash.clear()
    assert written(rec) == {"test:1": None}
