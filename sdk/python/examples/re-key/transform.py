"""Gives carts new names: "cart:42:items" becomes "{user:42}:cart:items".

All that belongs to a user is in one cluster slot then.
"""

import re
from collections.abc import Callable

from remold_transform import Kind, Record, Skip

CART = re.compile(r"cart:[0-9]+(:items)?")


def migrate(rec: Record) -> None:
    if not CART.fullmatch(rec.key):
        raise Skip("belongs to no user")
    rename(rec, new_name)


def revert(rec: Record) -> None:
    rename(rec, old_name)


def rename(rec: Record, name: Callable[[str], str]) -> None:
    if rec.kind is Kind.HASH and "items_key" in rec.hash:
        rec.hash["items_key"] = name(rec.hash["items_key"])
    rec.rename(name(rec.key))


def new_name(key: str) -> str:
    _, user, *part = key.split(":", 2)
    return ":".join([f"{{user:{user}}}:cart", *part])


def old_name(key: str) -> str:
    return key.replace("{user:", "cart:").replace("}:cart", "")
