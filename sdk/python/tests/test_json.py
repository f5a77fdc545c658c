"""JSON: what is read and printed, and edits that leave the rest of a document alone."""

from decimal import Decimal

import pytest

from remold_transform import ErrorCode, HostError, from_json, to_json
from remold_transform.testing import record

TEXT = '{"id": 7, "price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}, "x": {}}'


def test_numbers_keep_their_digits():
    data = from_json("[4.50, 1e5, 12345678901234567890, -0.0, 7]")
    assert data == [Decimal("4.50"), 100000, 12345678901234567890, 0, 7]
    assert to_json(data) == "[4.50,1e5,12345678901234567890,-0.0,7]"
    assert to_json({"ü": [None, True, 1.5, Decimal("2.30"), '"\n\x01']}) == '{"ü":[null,true,1.5,2.30,"\\"\\n\\u0001"]}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nul",
        "[1,]",
        "NaN",
        '{"a":1,"a":2}',
        '"\\ud800"',
        "[" * 101 + "]" * 101,
        "[" * 100_000,
        "1e99999999999999999999",
        "'a'",
    ],
)
def test_what_is_no_json(text):
    with pytest.raises(ValueError):
        from_json(text)


def test_nesting_is_counted_without_the_brackets_in_texts():
    assert from_json('["' + "[" * 200 + '\\"["]') == ["[" * 200 + '"[']
    assert from_json("[" * 100 + "]" * 100)


@pytest.mark.parametrize("data", [float("nan"), Decimal("Infinity"), {1: 2}, {1, 2}, object()])
def test_what_json_has_no_form_for(data):
    with pytest.raises((TypeError, ValueError)):
        to_json(data)


def test_places_are_read():
    doc = record({"text": TEXT}).json
    assert doc["/id"] == 7 and str(doc["/price"]) == "4.50" and doc["/tags/1"] == "b"
    assert doc["/a~1b/~0"] is None and "/a~1b/~0" in doc and doc.get("/nope", 1) == 1 and "/tags/-" not in doc
    assert doc.get_text("/tags") == '["a", "b"]' and doc.get_text("") == TEXT
    with pytest.raises(KeyError):
        doc["/tags/2"]


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (
            lambda doc: doc.__setitem__("/id", "7"),
            '{"id": "7", "price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}, "x": {}}',
        ),
        (
            lambda doc: doc.__setitem__("/tags/-", "c"),
            '{"id": 7, "price": 4.50, "tags": ["a", "b","c"], "a/b": {"~": null}, "x": {}}',
        ),
        (
            lambda doc: doc.__setitem__("/tags/2", "c"),
            '{"id": 7, "price": 4.50, "tags": ["a", "b","c"], "a/b": {"~": null}, "x": {}}',
        ),
        (
            lambda doc: doc.__setitem__("/x/y", [1]),
            '{"id": 7, "price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}, "x": {"y":[1]}}',
        ),
        (lambda doc: doc.__delitem__("/id"), '{"price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}, "x": {}}'),
        (lambda doc: doc.discard("/tags/0"), '{"id": 7, "price": 4.50, "tags": ["b"], "a/b": {"~": null}, "x": {}}'),
        (lambda doc: doc.discard("/x"), '{"id": 7, "price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}}'),
        (lambda doc: doc.discard("/nope/deeper"), TEXT),
        (lambda doc: doc.set_text("", " [ 1 ] "), "[ 1 ]"),
    ],
)
def test_an_edit_leaves_the_rest_alone(edit, text):
    rec = record({"text": TEXT})
    edit(rec.json)
    assert rec.text == text


def test_what_is_refused():
    doc = record({"text": TEXT}).json
    refused = [
        lambda: doc.__setitem__("/nope/deeper", 1),
        lambda: doc.__setitem__("/tags/3", 1),
        lambda: doc.__setitem__("/id/deeper", 1),
        lambda: doc.set_text("/id", "{"),
        lambda: doc.discard(""),
        lambda: doc.get("id"),
        lambda: record({"text": "{"}).json[""],
        lambda: record({"text": b"\xff"}).json[""],
    ]
    for wrong in refused:
        with pytest.raises(HostError) as error:
            wrong()
        assert error.value.code is ErrorCode.INVALID_ARGUMENT
