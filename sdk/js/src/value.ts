// Whole values: for transforms that change the type of a key, and for other keys that are written.
import type { Data } from "./data.ts";
import type { StreamId } from "./stream-id.ts";

/** A value as it is read, and, with `Data` in place of bytes, as it is written. */
type ValueOf<B> =
  | TextValue<B>
  | ListValue<B>
  | SetValue<B>
  | SortedSetValue<B>
  | HashValue<B>
  | StreamValue<B>
  | OpaqueValue;

/** A string. */
export interface TextValue<B = Uint8Array> {
  kind: "text";
  value: B;
}

/** A list, head first. */
export interface ListValue<B = Uint8Array> {
  kind: "list";
  items: B[];
}

/** A set; the order carries no meaning. */
export interface SetValue<B = Uint8Array> {
  kind: "set";
  members: B[];
}

/** A sorted set; the order carries no meaning. */
export interface SortedSetValue<B = Uint8Array> {
  kind: "sorted-set";
  members: Scored<B>[];
}

/** A member of a sorted set with its score, which is never NaN. */
export interface Scored<B = Uint8Array> {
  member: B;
  score: number;
}

/** A hash; the order carries no meaning. */
export interface HashValue<B = Uint8Array> {
  kind: "hash";
  fields: HashField<B>[];
}

/** A field of a hash. */
export interface HashField<B = Uint8Array> {
  name: B;
  value: B;
  /** When it expires, Unix milliseconds; null if it does not. */
  expiresAt: number | null;
}

/** A stream that is made anew, or takes the place of another one and keeps its consumer groups. */
export interface StreamValue<B = Uint8Array> {
  kind: "stream";
  /** The entries, in ascending order of their ids. */
  entries: StreamEntry<B>[];
  /** The last id that was given out, at least that of the last entry. */
  lastId: StreamId;
}

/** An entry of a stream. */
export interface StreamEntry<B = Uint8Array> {
  id: StreamId;
  /** Its fields, at least one. A name may occur more than once. */
  fields: StreamField<B>[];
}

/** A field of a stream's entry. */
export interface StreamField<B = Uint8Array> {
  name: B;
  value: B;
}

/** A module's own type, or one that the host does not know: it can be passed on as it is. */
export interface OpaqueValue {
  kind: "opaque";
  /** The type byte of its serialised form. */
  typeId: number;
  /** The module's name for the type; null if it is no module's. */
  module: string | null;
  /** The serialised object behind the type byte. */
  bytes: Uint8Array;
}

/** A whole value as it is read: Redis has bytes; `utf8.decode` makes text of them. */
export type Value = ValueOf<Uint8Array>;

/** A whole value as it is written: what `text`, `hash`, `list`, `set`, `sortedSet` and `stream` make, or one that was read. */
export type NewValue = ValueOf<Data>;

/** Names and values: an object, a Map, or pairs. */
export type Fields = { readonly [name: string]: Data } | Iterable<readonly [Data, Data]>;

/** Makes the value of a text record. */
export function text(value: Data): TextValue<Data> {
  return { kind: "text", value };
}

/** Makes a list of items, head first. */
export function list(items: Iterable<Data>): ListValue<Data> {
  return { kind: "list", items: [...items] };
}

/** Makes a set. A member that occurs twice is refused when the value is set. */
export function set(members: Iterable<Data>): SetValue<Data> {
  return { kind: "set", members: [...members] };
}

/** Makes a sorted set of scores by member: an object, a Map, or pairs. */
export function sortedSet(
  scores: { readonly [member: string]: number } | Iterable<readonly [Data, number]>,
): SortedSetValue<Data> {
  const members = pairs<Data, number>(scores).map(([member, score]) => ({ member, score }));
  return { kind: "sorted-set", members };
}

/**
 * Makes a hash of names and values: an object, a Map, or pairs. Its fields do not expire; give a value with `fields` of
 * your own for those that do.
 */
export function hash(fields: Fields): HashValue<Data> {
  const made = pairs<Data, Data>(fields).map(([name, value]) => ({ name, value, expiresAt: null }));
  return { kind: "hash", fields: made };
}

/** Makes a stream of ids with their fields, in ascending order of the ids. The last id is that of the last entry. */
export function stream(entries: Iterable<readonly [StreamId, Fields]>): StreamValue<Data> {
  const made = [...entries].map(([id, fields]) => ({ id, fields: streamFields(fields) }));
  return { kind: "stream", entries: made, lastId: made.at(-1)?.id ?? "0-0" };
}

/** Makes the fields of a stream's entry of names and values. */
export function streamFields(fields: Fields): StreamField<Data>[] {
  return pairs<Data, Data>(fields).map(([name, value]) => ({ name, value }));
}

function pairs<N, V>(given: { readonly [name: string]: V } | Iterable<readonly [N, V]>): (readonly [N, V])[] {
  if (Symbol.iterator in given) {
    return [...(given as Iterable<readonly [N, V]>)];
  }
  return Object.entries(given) as unknown as [N, V][];
}
