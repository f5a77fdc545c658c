"""Makes whole cents of prices: "19.99" becomes 1999.

Exact decimals all the way, for 19.99 * 100 in floats is 1998.9999999999998.
"""

import re
from decimal import Decimal

from remold_transform import Record, Reject, Skip, parameters

PRICE = re.compile(r"[0-9]+([.][0-9]+)?")


def migrate(rec: Record) -> None:
    product = rec.hash
    if "price_cents" in product:
        raise Skip("in cents already")
    price = product.get("price", "")
    if not PRICE.fullmatch(price):
        raise Reject("not-a-price", f'the price is "{price}"')
    if len(price.partition(".")[2]) > 2:
        raise Reject("part-of-a-cent", f'the price is "{price}"')
    # Reading a number is exact, however long it is; computing rounds.
    minor = Decimal(f"{price}E{parameters()['digits']}")
    if minor != int(minor):
        raise ValueError(f"{price} has more digits than the currency")
    product["price_cents"] = int(minor)
    product.discard("price")


def revert(rec: Record) -> None:
    product = rec.hash
    cents = product.get("price_cents")
    if cents is None:
        raise Skip("not in cents")
    product["price"] = Decimal(f"{int(cents)}E-{parameters()['digits']}")
    product.discard("price_cents")
