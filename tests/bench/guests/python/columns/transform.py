"""The change of the benchmark, a column at a time."""

from remold_transform import Batch, Reject, Skip


def migrate_batch(batch: Batch) -> None:
    changed = batch.map(change, batch.fields("name"), batch.fields("price"))
    batch.set_fields("first", [parts and parts[0] for parts in changed])
    batch.set_fields("last", [parts and parts[1] for parts in changed])
    batch.set_fields("price_cents", [parts and parts[2] for parts in changed])
    batch.remove_fields("name")
    batch.remove_fields("price")
    batch.remove_fields("legacy")


def change(name: str | None, price: str | None) -> tuple[str, str, str]:
    if name is None:
        raise Skip("changed already")
    first, space, last = name.partition(" ")
    whole, _, part = (price or "").partition(".")
    if not space or len(part) != 2:
        raise Reject("unexpected", "the name is one word, or the price is none")
    return first, last, str(int(whole + part))
