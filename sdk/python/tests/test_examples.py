"""The reference transforms in `examples/`, over the stand-in."""

import importlib.util
from pathlib import Path

import pytest

from remold_transform.testing import migrate, revert, stand_in

EXAMPLES = Path(__file__).parent.parent / "examples"


def example(name):
    """Loads the transform of an example."""
    spec = importlib.util.spec_from_file_location("transform", EXAMPLES / name / "transform.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(result):
    """Returns the outcomes as words."""
    return {key: outcome.code or outcome.message or outcome.kind for key, outcome in result.outcomes.items()}


@pytest.mark.parametrize("name", ["split-field", "split-field-columns"])
def test_split_field(name):
    before = {
        "1": {"hash": {"name": "Ada Lovelace", "plan": "free"}},
        "2": {"hash": {"name": "Lupe García Márquez"}, "expiresAt": 7},
        "3": {"hash": {"name": "Cher"}},
        "4": {"hash": {"first": "Grace", "last": "Hopper"}},
        "5": {"hash": {"email": "a@b"}},
    }
    after = migrate(example(name), before)
    assert said(after) == {"1": "done", "2": "done", "3": "done", "4": "split already", "5": "no-name"}
    assert after.keys == before | {
        "1": {"hash": {"plan": "free", "first": "Ada", "last": "Lovelace"}},
        "2": {"hash": {"first": "Lupe", "last": "García Márquez"}, "expiresAt": 7},
        "3": {"hash": {"first": "Cher", "last": ""}},
    }
    back = revert(example(name), after.keys)
    assert back.keys == before | {"4": {"hash": {"name": "Grace Hopper"}}}
    assert said(back)["5"] == "not split"


def test_json_to_hash():
    text = '{"user": "user:1", "seen": 1767225600000, "score": 4.50, "admin": true, "roles": ["a", "b"], "note": null}'
    before = {"1": {"text": text}, "2": {"text": '{"user":"user:33","dev'}, "3": {"text": '["a"]'}}
    after = migrate(example("json-to-hash"), before)
    assert said(after) == {"1": "done", "2": "not-json", "3": "not-an-object"}
    fields = {"admin": "1", "roles": '["a","b"]', "score": "4.50", "seen": "1767225600000", "user": "user:1"}
    assert after.keys["1"] == {"hash": fields} and list(after.keys["1"]["hash"]) == list(fields)
    back = revert(example("json-to-hash"), {"1": after.keys["1"]})
    assert (
        back.keys["1"]["text"] == '{"admin":true,"roles":["a","b"],"score":4.50,"seen":1767225600000,"user":"user:1"}'
    )


@pytest.mark.parametrize("name", ["money-to-minor", "money-to-minor-columns"])
@pytest.mark.parametrize(("digits", "cents"), [(2, "1910"), (3, "19100"), (1, "191")])
def test_money_to_minor(name, digits, cents):
    long = "9" * 40
    prices = {"1": "19.1", "2": long, "3": "2.675", "4": "on request", "5": "19.12"}
    before = {key: {"hash": {"price": price}} for key, price in prices.items()} | {"6": {"hash": {"price_cents": "1"}}}
    with stand_in(parameters={"digits": digits}):
        after = migrate(example(name), before)
        back = revert(example(name), {key: after.keys[key] for key in "126"})
    assert said(after) | {"5": ""} == {
        "1": "done",
        "2": "done",
        "3": "part-of-a-cent",
        "4": "not-a-price",
        "5": "",
        "6": "in cents already",
    }
    assert after.outcomes["5"].kind == ("fail" if digits == 1 else "done")
    assert after.keys["1"]["hash"] == {"price_cents": cents} and after.keys["2"]["hash"] == {
        "price_cents": long + "0" * digits
    }
    assert back.keys["1"]["hash"] == {"price": "19.1" + "0" * (digits - 1)}
    assert back.keys["2"]["hash"] == {"price": long + "." + "0" * digits}
    assert back.keys["6"]["hash"] == {"price": "0." + "0" * (digits - 1) + "1"}


def test_re_key():
    before = {
        "cart:42": {"hash": {"items_key": "cart:42:items"}, "expiresAt": 7},
        "cart:42:items": {"list": ["product:3"]},
        "cart:template": {"hash": {"count": "0"}},
    }
    with stand_in(write=["{user:*}:cart", "{user:*}:cart:items"]):
        after = migrate(example("re-key"), before)
    assert after.keys == {
        "{user:42}:cart": {"hash": {"items_key": "{user:42}:cart:items"}, "expiresAt": 7},
        "{user:42}:cart:items": {"list": ["product:3"]},
        "cart:template": {"hash": {"count": "0"}},
    }
    back = revert(example("re-key"), {key: after.keys[key] for key in list(after.keys) if key.startswith("{")})
    assert back.keys == {key: before[key] for key in ("cart:42", "cart:42:items")}
