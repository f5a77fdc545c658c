// Bytes in the stand-in: as text, in comparisons, as keys of maps, in messages.
import { HostError } from "../host-error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes a text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8. Throws a TypeError where the bytes are none. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Reads bytes as text, or refuses. */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw new HostError("not-text", `${what} is not UTF-8 text; read it as bytes`);
  }
}

/** Returns bytes as a text that is the same for the same bytes only. */
export function keyOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Says whether bytes are the same. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return compare(a, b) === 0;
}

/** Compares bytes, for sorting. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : Number(one > other);
}

/** Shows bytes in a message. */
export function shown(bytes: Uint8Array): string {
  return JSON.stringify(
    keyOf(bytes).replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`),
  ).replaceAll("\\\\x", "\\x");
}
