// What can be written where Redis holds bytes, and the checks before it goes to the host: the runtime of the sandbox
// traps on an argument of a wrong type, which would cost the instance, not one record.
import { decodeUtf8, encodeUtf8 } from "#host";
import { HostError } from "./host-error.ts";

/**
 * What can be written where Redis holds bytes, and what can name a key, field or member: a text, which is written as
 * UTF-8; bytes; an integer, which is written as its digits. Other numbers are refused, because their digits depend on
 * who prints them.
 */
export type Data = string | Uint8Array | number | bigint;

/** Conversions between texts and UTF-8; the sandbox has no TextEncoder and no TextDecoder. */
export const utf8 = {
  /** Encodes a text as UTF-8. Throws a TypeError for half a surrogate pair. */
  encode(text: string): Uint8Array {
    return encodeUtf8(checkedText(text, "the text"));
  },

  /** Decodes UTF-8. Throws a HostError `not-text` where the bytes are none. */
  decode(bytes: Uint8Array): string {
    try {
      return decodeUtf8(bytes);
    } catch {
      throw new HostError("not-text", "the bytes are not UTF-8 text");
    }
  },
};

/** Returns data as text or bytes, checked. `what` names it in the error. */
export function checkedData(data: Data, what: string): string | Uint8Array {
  if (typeof data === "string" && data.isWellFormed()) {
    return data; // Most data is; the rest of this function is for the others.
  }
  if (data instanceof Uint8Array) {
    return data;
  }
  if (typeof data === "bigint" || Number.isSafeInteger(data)) {
    return String(data);
  }
  if (typeof data === "string") {
    return checkedText(data, what);
  }
  throw new TypeError(`${what} is ${shown(data)}; a text, bytes or an integer is needed`);
}

/** Returns data as bytes, checked. */
export function bytesOf(data: Data, what: string): Uint8Array {
  const checked = checkedData(data, what);
  return typeof checked === "string" ? encodeUtf8(checked) : checked;
}

/** Returns a text, checked. */
export function checkedText(text: string, what: string): string {
  if (typeof text !== "string") {
    throw new TypeError(`${what} is ${shown(text)}; a text is needed`);
  }
  if (!text.isWellFormed()) {
    throw new TypeError(`${what} holds half a surrogate pair, which UTF-8 cannot say`);
  }
  return text;
}

/** Returns a number that the host takes as u64, checked. */
export function checkedCount(count: number, what: string): number {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new TypeError(`${what} is ${shown(count)}; an integer from 0 on is needed`);
  }
  return count;
}

/** Returns milliseconds, or null for none, checked. */
export function checkedMillis(ms: number | null, what: string): number | null {
  return ms === null || ms === undefined ? null : checkedCount(ms, what);
}

/** Returns an index, which may count from the end, checked. */
export function checkedIndex(index: number): number {
  if (!Number.isSafeInteger(index)) {
    throw new TypeError(`the index is ${shown(index)}; an integer is needed`);
  }
  return index;
}

/** Shows any value in a message. */
export function shown(value: unknown): string {
  if (typeof value === "number" || value === null || value === undefined) {
    return String(value);
  }
  if (typeof value === "string") {
    return "a text";
  }
  if (typeof value === "object") {
    return `an object of class ${value.constructor?.name ?? "Object"}`;
  }
  return `a ${typeof value}`;
}
