"""Splits the field "name" of users into "first" and "last", by columns."""

from remold_transform import Batch, Reject, Skip


def migrate_batch(batch: Batch) -> None:
    parts = batch.map(split, batch.fields("name"), batch.fields("first"))
    batch.set_fields("first", [pair and pair[0] for pair in parts])
    batch.set_fields("last", [pair and pair[1] for pair in parts])
    batch.remove_fields("name")


def split(name: str | None, first: str | None) -> tuple[str, str]:
    if first is not None:
        raise Skip("split already")
    if name is None:
        raise Reject("no-name", "there is nothing to split")
    # Two parts at most: "Lupe García Márquez" keeps both last names.
    first, _, last = name.partition(" ")
    return first, last


def revert_batch(batch: Batch) -> None:
    """The way back, for users that the application has written since."""
    batch.set_fields("name", batch.map(joined, batch.fields("first"), batch.fields("last")))
    batch.remove_fields("first")
    batch.remove_fields("last")


def joined(first: str | None, last: str | None) -> str:
    if first is None:
        raise Skip("not split")
    return f"{first} {last}" if last else first
