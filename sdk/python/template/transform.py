"""Splits the field "name" of a user into "first" and "last"."""

from remold_transform import Record, Reject, Skip


def migrate(rec: Record) -> None:
    user = rec.hash
    if "first" in user:
        raise Skip("split already")
    name = user.get("name")
    if name is None:
        raise Reject("no-name", "there is nothing to split")
    # Two parts at most: "Lupe García Márquez" keeps both last names.
    first, _, last = name.partition(" ")
    user["first"] = first
    user["last"] = last
    user.discard("name")


def revert(rec: Record) -> None:
    """The way back, for users that the application has written since."""
    user = rec.hash
    first = user.get("first")
    if first is None:
        raise Skip("not split")
    last = user.get("last", "")
    user["name"] = f"{first} {last}" if last else first
    user.discard("first")
    user.discard("last")
