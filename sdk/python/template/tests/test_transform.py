"""Tests of the transform in plain Python: `python -m pytest`. `remold test` runs the cases in the sandbox."""

import pytest
import transform
from remold_transform import Reject, Skip
from remold_transform.testing import record


def test_two_words():
    rec = record({"hash": {"name": "Ada Lovelace", "plan": "free"}})
    transform.migrate(rec)
    assert rec.hash == {"first": "Ada", "last": "Lovelace", "plan": "free"}


def test_the_last_name_may_have_several_words():
    rec = record({"hash": {"name": "Lupe García Márquez"}})
    transform.migrate(rec)
    assert rec.hash == {"first": "Lupe", "last": "García Márquez"}


def test_what_the_new_application_wrote_is_left_alone():
    with pytest.raises(Skip, match="split already"):
        transform.migrate(record({"hash": {"first": "Grace", "last": "Hopper"}}))


def test_no_name():
    with pytest.raises(Reject) as rejected:
        transform.migrate(record({"hash": {"email": "nobody@example.com"}}))
    assert rejected.value.code == "no-name"


def test_the_way_back():
    rec = record({"hash": {"first": "Ada", "last": "Lovelace"}})
    transform.revert(rec)
    assert rec.hash == {"name": "Ada Lovelace"}
