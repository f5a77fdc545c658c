// The ids of stream entries: texts as Redis writes them, two numbers for the host.
import { shown } from "./data.ts";
import type { WitStreamId } from "./host/contract.ts";

/**
 * The id of a stream's entry as Redis writes it: milliseconds, a hyphen, and a number within the millisecond, such as
 * `1526919030474-55`. Both numbers are at most 2^53 - 1; a stream with larger ones cannot be handled in JavaScript.
 */
export type StreamId = string;

/** Takes an id apart for the host. Throws a TypeError if it is none. */
export function parseStreamId(id: StreamId): WitStreamId {
  const parts = typeof id === "string" ? /^([0-9]{1,16})-([0-9]{1,16})$/.exec(id) : null;
  const [ms, seq] = [Number(parts?.[1]), Number(parts?.[2])];
  if (!Number.isSafeInteger(ms) || !Number.isSafeInteger(seq)) {
    const given = typeof id === "string" ? JSON.stringify(id) : shown(id);
    throw new TypeError(`the id of a stream's entry is ${given}; "milliseconds-number" is needed, each below 2^53`);
  }
  return { ms, seq };
}

/** Writes an id of the host's. Throws a RangeError if the runtime could not hand its numbers over exactly. */
export function formatStreamId({ ms, seq }: WitStreamId): StreamId {
  if (!Number.isSafeInteger(ms) || !Number.isSafeInteger(seq) || ms < 0 || seq < 0) {
    throw new RangeError("the id of a stream's entry is beyond 2^53 - 1, which JavaScript cannot handle");
  }
  return `${ms}-${seq}`;
}
