"""Makes whole cents of prices, by columns: "19.99" becomes 1999.

Digits are moved as text, which is exact and fast: 19.99 * 100 in floats is 1998.9999999999998.
"""

import re
from decimal import Decimal

from remold_transform import Batch, Reject, Skip, parameters

PRICE = re.compile(r"([0-9]+)(?:[.]([0-9]+))?")


def migrate_batch(batch: Batch) -> None:
    digits: int = parameters()["digits"]

    def to_minor(price: str | None, cents: str | None) -> str:
        if cents is not None:
            raise Skip("in cents already")
        match = PRICE.fullmatch(price or "")
        if match is None:
            raise Reject("not-a-price", f'the price is "{price or ""}"')
        whole, fraction = match.groups("")
        if len(fraction) > 2:
            raise Reject("part-of-a-cent", f'the price is "{price}"')
        if fraction[digits:].strip("0"):
            raise ValueError(f"{price} has more digits than the currency")
        return str(int(whole + fraction[:digits].ljust(digits, "0")))

    batch.set_fields("price_cents", batch.map(to_minor, batch.fields("price"), batch.fields("price_cents")))
    batch.remove_fields("price")


def revert_batch(batch: Batch) -> None:
    digits: int = parameters()["digits"]

    def from_minor(cents: str | None) -> str:
        if cents is None:
            raise Skip("not in cents")
        return f"{Decimal(f'{int(cents)}E-{digits}'):f}"

    batch.set_fields("price", batch.map(from_minor, batch.fields("price_cents")))
    batch.remove_fields("price_cents")
