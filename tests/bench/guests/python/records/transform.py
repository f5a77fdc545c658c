"""The change of the benchmark, a record at a time."""

from remold_transform import Record, Reject, Skip


def migrate(rec: Record) -> None:
    item = rec.hash
    name = item.get("name")
    if name is None:
        raise Skip("changed already")
    first, space, last = name.partition(" ")
    whole, _, part = item.get("price", "").partition(".")
    if not space or len(part) != 2:
        raise Reject("unexpected", "the name is one word, or the price is none")
    item["first"] = first
    item["last"] = last
    item["price_cents"] = int(whole + part)
    item.discard("name")
    item.discard("price")
    item.discard("legacy")
