// "19.99" becomes 1999: by its digits all the way, for 19.99 * 100 in floats is 1998.9999999999998.
import { parameters, reject, skip, type Outcome, type Record } from "remold-transform";

interface Parameters {
  /** How many digits the currency's minor unit has. */
  digits: number;
}

export function migrate(record: Record): Outcome {
  const product = record.hash;
  if (product.has("price_cents")) {
    return skip("in cents already");
  }
  const price = product.get("price") ?? "";
  if (!/^[0-9]+([.][0-9]+)?$/.test(price)) {
    return reject("not-a-price", `the price is "${price}"`);
  }
  if (/[.][0-9]{3,}$/.test(price)) {
    return reject("part-of-a-cent", `the price is "${price}"`);
  }
  product.set("price_cents", toMinor(price, parameters<Parameters>().digits));
  product.delete("price");
}

export function revert(record: Record): Outcome {
  const product = record.hash;
  const cents = product.get("price_cents");
  if (cents === null) {
    return skip("not in cents");
  }
  product.set("price", fromMinor(cents, parameters<Parameters>().digits));
  product.delete("price_cents");
}

/** Returns an amount in its smallest unit: "12.30" with 2 digits is "1230". */
function toMinor(amount: string, digits: number): string {
  const [units = "", fraction = ""] = amount.split(".");
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > digits) {
    throw new RangeError(`${amount} has more than ${digits} digits behind the point`);
  }
  return String(BigInt(units + kept.padEnd(digits, "0")));
}

/** Returns the amount of a number of smallest units: "1230" with 2 digits is "12.30". */
function fromMinor(minor: string, digits: number): string {
  const [, sign, amount] = /^(-?)([0-9]+)$/.exec(minor) ?? [];
  if (sign === undefined || amount === undefined) {
    throw new RangeError(`${minor} is no integer`);
  }
  const all = String(BigInt(amount)).padStart(digits + 1, "0");
  const point = all.length - digits;
  return digits === 0 ? `${sign}${all}` : `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}
