"""A transform by columns that calls every function.

Its batch is `a:1` to `a:3`, of which the second is no hash, `t:1` to `t:4`, which are texts, or `w:1` to `w:3`, which
are of many kinds.
"""

from calls import calls
from check import NOW, RAW, same
from remold_transform import Batch, Kind, hash_value, list_value, set_value, sorted_set_value, text_value


def migrate_batch(batch: Batch) -> None:
    key = batch[0].key
    if key.startswith("a:"):
        hashes(batch)
    elif key.startswith("t:"):
        texts(batch)
    elif key.startswith("w:"):
        whole_values(batch)
    else:
        raise RuntimeError("every record of the batch")
    called = calls()
    if called is not None:
        batch[0].emit(f"calls:{key}", set_value(called))


def hashes(batch: Batch) -> None:
    same(batch.keys_bytes(), [b"a:1", b"a:2", b"a:3"])
    same(batch.keys(), ["a:1", "a:2", "a:3"])
    same(batch.kinds(), [Kind.HASH, Kind.TEXT, Kind.HASH])
    same(batch.expiries(), [NOW + 5000, None, None])
    batch.set_expiries([None, None, NOW + 6000])

    # The second record fails of it, and the others go on.
    same(batch.fields(b"name"), [b"Ada", None, None])
    names = batch.fields("name")
    same(names, ["Ada", None, None])
    batch.set_fields("first", names)
    batch.set_fields(b"raw", [b"\xff", None, None])
    batch.rename_fields("name", "last")
    batch.rename_fields(b"raw", "RAW")
    batch.remove_fields("old")
    batch.remove_fields(b"older")
    batch.rename([None, None, "b:never"])
    batch.rename([None, None, b"b:3"])
    batch.delete([False, False, False])
    same(dict(batch[2].hash.items()), {"kept": "1"})


def texts(batch: Batch) -> None:
    expected = ["one", "two", "three", "four"]
    same(batch.texts_bytes(), [text.encode() for text in expected])
    found = batch.texts()
    same(found, expected)
    batch.set_texts(batch.map(str.upper, found))
    batch.set_texts([None, None, None, RAW])
    batch.skip(1, "as asked for")
    batch.delete([False, False, True, False])


def whole_values(batch: Batch) -> None:
    same(batch.values(), [list_value(["a", "b"]), hash_value({"a": "1"}), text_value("x")])
    batch.set_values([set_value(["a", "b"]), None, sorted_set_value({"x": 1.5})])
    batch.reject(1, "as-asked", "for")
