// "19.99" becomes 1999 for all products of a batch, by columns: by its digits all the way, for 19.99 * 100 in floats is
// 1998.9999999999998.
import { parameters, reject, skip } from "remold-transform";

/** @param {import("remold-transform").Batch} batch */
export function migrateBatch(batch) {
  const { digits } = parameters();
  const done = batch.fields("price_cents");
  const cents = batch.map(batch.fields("price"), (price, i) =>
    done[i] === null ? toMinor(price ?? "", digits) : skip("in cents already"),
  );
  batch.setFields("price_cents", cents);
  batch.deleteFields("price");
}

/** @param {import("remold-transform").Batch} batch */
export function revertBatch(batch) {
  const { digits } = parameters();
  const prices = batch.map(batch.fields("price_cents"), (cents) =>
    cents === null ? skip("not in cents") : fromMinor(cents, digits),
  );
  batch.setFields("price", prices);
  batch.deleteFields("price_cents");
}

/**
 * Returns a price in its smallest unit: "12.30" with 2 digits is "1230".
 * @param {string} price
 * @param {number} digits
 */
function toMinor(price, digits) {
  const parts = /^([0-9]+)(?:[.]([0-9]+))?$/.exec(price);
  if (parts === null) {
    return reject("not-a-price", `the price is "${price}"`);
  }
  const [, units, fraction = ""] = parts;
  if (fraction.length > 2) {
    return reject("part-of-a-cent", `the price is "${price}"`);
  }
  if (fraction.length > digits) {
    throw new RangeError(`${price} has more than ${digits} digits behind the point`);
  }
  return withoutZeros(units + fraction.padEnd(digits, "0"));
}

/**
 * Returns the price of a number of smallest units: "1230" with 2 digits is "12.30".
 * @param {string} cents
 * @param {number} digits
 */
function fromMinor(cents, digits) {
  const parts = /^(-?)([0-9]+)$/.exec(cents);
  if (parts === null) {
    throw new RangeError(`${cents} is no integer`);
  }
  const [, sign, amount] = parts;
  const all = withoutZeros(amount).padStart(digits + 1, "0");
  const point = all.length - digits;
  return digits === 0 ? sign + all : `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}

/** @param {string} number */
function withoutZeros(number) {
  return number.startsWith("0") ? number.replace(/^0+(?=[0-9])/, "") : number;
}
