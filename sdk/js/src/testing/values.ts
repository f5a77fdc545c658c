// Whole values in the stand-in.
import type { WitStreamId, WitValue } from "../host/contract.ts";
import { keyOf, shown } from "./bytes.ts";
import { expiry, invalid } from "./state.ts";

/** Returns the size of a value: bytes of a text or opaque value, otherwise the number of elements. */
export function sizeOf(value: WitValue): number {
  switch (value.tag) {
    case "stream":
      return value.val.entries.length;
    case "opaque":
      return value.val.bytes.length;
    default:
      return value.val.length;
  }
}

/** Returns a value, or refuses one that cannot be. */
export function checkValue(value: WitValue): WitValue {
  switch (value.tag) {
    case "set":
      checkUnique(value.val);
      break;
    case "sorted-set":
      checkUnique(value.val.map(({ member }) => member));
      value.val.forEach(({ score }) => checkScore(score));
      break;
    case "hash":
      checkUnique(value.val.map(({ name }) => name));
      value.val.forEach(({ expiresAt }) => expiry(expiresAt));
      break;
    case "stream":
      checkOrder([...value.val.entries.map(({ id }) => id), value.val.lastId]);
      value.val.entries.forEach(({ fields }) => checkFields(fields));
      break;
  }
  return value;
}

function checkUnique(names: Uint8Array[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(keyOf(name))) {
      throw invalid("a whole value", `the name ${shown(name)} occurs twice`);
    }
    seen.add(keyOf(name));
  }
}

/** Refuses a score that is not a number. */
export function checkScore(score: number): void {
  if (Number.isNaN(score)) {
    throw invalid("score", "it is not a number");
  }
}

/** Refuses an entry of a stream without fields. */
export function checkFields(fields: unknown[]): void {
  if (fields.length === 0) {
    throw invalid("an entry", "it has at least one field");
  }
}

/** Compares the ids of a stream's entries. */
export function compareIds(a: WitStreamId, b: WitStreamId): number {
  return a.ms - b.ms || a.seq - b.seq;
}

/** Refuses ids that do not ascend; the last one, the stream's last id, may be that of the last entry. */
function checkOrder(ids: WitStreamId[]): void {
  for (let i = 1; i < ids.length; i += 1) {
    const order = compareIds(ids[i - 1]!, ids[i]!);
    if (order > 0 || (order === 0 && i < ids.length - 1)) {
      throw invalid("a whole value", "the entries of a stream are in ascending order of their ids");
    }
  }
}
