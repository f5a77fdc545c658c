"""Every function for texts, JSON, hashes, lists, sets, sorted sets and streams."""

from check import NOW, RAW, refused, same
from remold_transform import ErrorCode, Record, StreamId, hash_value, list_value


def text(rec: Record) -> None:
    same(rec.text, "Ada")
    rec.bytes = RAW
    same(rec.bytes, RAW)
    with refused(ErrorCode.NOT_TEXT):
        rec.text
    with refused(ErrorCode.WRONG_KIND):
        len(rec.hash)
    rec.text = ""
    same(rec.bytes, b"")
    rec.text = "Ødegård"
    same(rec.text, "Ødegård")


def json(rec: Record) -> None:
    json = rec.json
    same((json["/name"], json.get("/none"), "/none" in json), ("Ada", None, False))
    same((json.get_text("/price"), json.get_text("/tags/1")), ("4.50", '"b"'))
    json["/name"] = "Grace"
    json["/new"] = [1, 2]
    json.set_text("/tags/-", "1.0")
    del json["/old"]
    json.discard("/none")
    with refused(ErrorCode.INVALID_ARGUMENT):
        json.set_text("/name/first", "1")
    with refused(ErrorCode.INVALID_ARGUMENT):
        json.set_text("/name", "nonsense")
    with refused(ErrorCode.INVALID_ARGUMENT):
        json.discard("")
    with refused(ErrorCode.INVALID_ARGUMENT):
        json.get_text("name")


def hash(rec: Record) -> None:
    hash = rec.hash
    same(len(hash), 2)
    same((hash.get(b"a"), hash.get(b"none")), (b"1", None))
    same((hash["b"], hash.get("none")), ("Ada", None))
    same(("a" in hash, "none" in hash, b"a" in hash), (True, False, True))

    hash[RAW] = RAW
    same(hash[RAW], RAW)
    with refused(ErrorCode.NOT_TEXT):
        list(hash)
    del hash[RAW]
    hash["a"] = RAW
    with refused(ErrorCode.NOT_TEXT):
        hash["a"]
    with refused(ErrorCode.NOT_TEXT):
        dict(hash.items())

    hash["a"] = "2"
    hash.rename("a", RAW)
    hash.rename(RAW, "c")
    hash.rename("none", "d")
    hash.discard("none")
    same(len(list(hash.names_bytes())), 2)
    same(sorted(hash), ["b", "c"])
    same(dict(hash.items()), {"b": "Ada", "c": "2"})

    hash.set_expires_at("c", NOW + 5000)
    same((hash.expires_at("c"), hash.expires_at("b")), (NOW + 5000, None))
    with refused(ErrorCode.INVALID_ARGUMENT):
        hash.set_expires_at("none", NOW)
    same([field.name for field in hash.fields() if field.expires_at == NOW + 5000], [b"c"])
    hash.set_expires_at("c", None)

    hash.clear()
    same(len(hash), 0)
    for number in range(1000):
        hash[str(number)] = "x"
    same(len(list(hash.names_bytes())), 1000)
    rec.value = hash_value({"checked": "1"})


def list_(rec: Record) -> None:
    items = rec.list
    same(len(items), 2)
    same((items.get_bytes(0), items[-1]), (b"b", "c"))
    for index in (2, -3, -(2**63), 2**63 - 1):
        with refused(ErrorCode.OUT_OF_RANGE):
            items.get_bytes(index)
    items.append("d")
    items.appendleft("a")
    items.insert(4, "e")
    items[1] = "b"
    items[1] = RAW
    with refused(ErrorCode.NOT_TEXT):
        items[1]
    with refused(ErrorCode.NOT_TEXT):
        list(items)
    del items[1]
    with refused(ErrorCode.OUT_OF_RANGE):
        items.insert(9, "x")
    same(list(items), ["a", "c", "d", "e"])
    items.clear()
    same(len(items), 0)
    for number in range(600):
        items.append(str(number) if number % 2 == 0 else str(number).encode())
    found = list(items.items_bytes())
    same((len(found), found[599]), (600, b"599"))
    rec.value = list_value(["checked"])


def set_(rec: Record) -> None:
    members = rec.set
    same(len(members), 2)
    same(("a" in members, "none" in members, b"a" in members), (True, False, True))
    members.add(RAW)
    with refused(ErrorCode.NOT_TEXT):
        list(members)
    members.discard(RAW)
    members.discard("none")
    members.rename("a", "c")
    members.rename("none", "d")
    same(sorted(members), ["b", "c"])
    same(len(list(members.members_bytes())), 2)
    members.clear()
    same(len(members), 0)
    members.add("checked")


def sorted_set(rec: Record) -> None:
    scores = rec.sorted_set
    same(len(scores), 3)
    same(next(iter(scores.items_bytes())), (b"c", -1.5))
    same((scores["a"], scores.get("none"), scores.get(b"a")), (1.0, None, 1.0))
    same(("a" in scores, "none" in scores), (True, False))
    scores["d"] = float("inf")
    with refused(ErrorCode.INVALID_ARGUMENT):
        scores["d"] = float("nan")
    scores[RAW] = 1
    scores.discard(RAW)
    scores.rename("c", "e")
    del scores["a"]
    same(list(scores.items()), [("e", -1.5), ("b", 1.0), ("d", float("inf"))])
    scores.clear()
    same(len(scores), 0)
    scores["checked"] = 1.25


def stream(rec: Record) -> None:
    stream = rec.stream
    first, second, third = StreamId(1, 0), StreamId(2, 0), StreamId(3, 1)
    same((len(stream), stream.last_id), (2, second))
    same(list(stream.ids()), [first, second])
    same(next(iter(stream)), (first, [("a", "1"), ("b", "2")]))
    same(len(list(stream.entries_bytes())), 2)
    same(stream.groups(), [(b"workers", first, 1, 1)])

    same((stream.field(first, b"a"), stream.field("1-0", "b")), (b"1", "2"))
    same((stream.field(first, "none"), stream.get(third)), (None, None))

    stream.set_field(first, "c", b"\xff")
    with refused(ErrorCode.NOT_TEXT):
        stream.field(first, "c")
    stream.rename_field(first, "a", "A")
    stream.remove_field(first, "b")
    stream.set_field(first, "c", "3")
    same(stream.get(first), [("A", "1"), ("c", "3")])
    stream.set(second, [("x", "y"), ("x", "z")])
    same(len(stream.get(second) or []), 2)
    for refusal in (
        lambda: stream.set_field(third, "a", "1"),
        lambda: stream.set(second, []),
        lambda: stream.remove_field(second, "x"),
        lambda: stream.add(second, {"a": "1"}),
        lambda: stream.add(third, []),
    ):
        with refused(ErrorCode.INVALID_ARGUMENT):
            refusal()
    stream.add(third, {"checked": "1"})
    stream.discard(second)
    same((len(stream), stream.last_id), (2, third))
