// Values as a test writes and compares them, in the form of the cases in `cases/*.yaml`.
import type { Data } from "../data.ts";
import type { WitValue } from "../host/contract.ts";
import { formatStreamId, parseStreamId, type StreamId } from "../stream-id.ts";
import { toHost } from "../value-host.ts";
import { hash, list, set, sortedSet, stream, text, type Fields, type NewValue } from "../value.ts";
import { decodeUtf8, encodeUtf8, keyOf } from "./bytes.ts";
import type { StandInStream } from "./host-streams.ts";

/** A consumer group of a stream in a test; it can only be read. */
export interface GroupContents {
  name: string;
  lastId: StreamId;
  /** How many entries were delivered and not acknowledged. */
  pending: number;
  /** How many consumers it knows. */
  consumers: number;
}

/** A stream in a test. The last id is that of the last entry if nothing is said. */
export interface StreamContents {
  entries: { id: StreamId; fields: Fields }[];
  lastId?: StreamId;
  groups?: GroupContents[];
}

/** What a key holds, as a test writes it: one of these. `json` is a text; `value` takes any value that is no other. */
export type Contents =
  | { text: Data }
  | { json: unknown }
  | { list: Iterable<Data> }
  | { set: Iterable<Data> }
  | { sortedSet: { readonly [member: string]: number } | Iterable<readonly [Data, number]> }
  | { hash: Fields }
  | { stream: StreamContents }
  | { value: NewValue };

/** Text where bytes are UTF-8, bytes otherwise. */
type Plain = string | Uint8Array;

/** What a key holds, for a comparison. Names of fields and members that are not UTF-8 have a `\xff` for each byte. */
export type PlainContents =
  | { text: Plain }
  | { list: Plain[] }
  | { set: Plain[] }
  | { sortedSet: { [member: string]: number } }
  | { hash: { [name: string]: Plain } }
  | { stream: { entries: { id: StreamId; fields: { [name: string]: Plain } | [string, Plain][] }[] } }
  | { opaque: Uint8Array };

/** Makes a value of what a test wrote. */
export function valueOf(contents: Contents): WitValue {
  if ("stream" in contents) {
    return streamOf(contents.stream);
  }
  return toHost(newValueOf(contents));
}

function newValueOf(contents: Exclude<Contents, { stream: unknown }>): NewValue {
  if ("text" in contents) {
    return text(contents.text);
  }
  if ("json" in contents) {
    return text(JSON.stringify(contents.json));
  }
  if ("list" in contents) {
    return list(contents.list);
  }
  if ("set" in contents) {
    return set(contents.set);
  }
  if ("sortedSet" in contents) {
    return sortedSet(contents.sortedSet);
  }
  return "hash" in contents ? hash(contents.hash) : contents.value;
}

function streamOf({ entries, lastId, groups = [] }: StreamContents): WitValue {
  const made = stream(entries.map(({ id, fields }) => [id, fields] as const));
  const value = toHost({ ...made, lastId: lastId ?? made.lastId }) as { tag: "stream"; val: StandInStream };
  value.val.groups = groups.map((group) => ({
    ...group,
    name: encodeUtf8(group.name),
    lastId: parseStreamId(group.lastId),
  }));
  return value;
}

/** Returns a value for a comparison. */
export function plainOf(value: WitValue): PlainContents {
  switch (value.tag) {
    case "text":
      return { text: plain(value.val) };
    case "list":
      return { list: value.val.map(plain) };
    case "set":
      return { set: value.val.map(plain) };
    case "sorted-set":
      return { sortedSet: Object.fromEntries(value.val.map(({ member, score }) => [named(member), score])) };
    case "hash":
      return { hash: Object.fromEntries(value.val.map((field) => [named(field.name), plain(field.value)])) };
    case "stream": {
      const entries = value.val.entries.map(({ id, fields }) => ({ id: formatStreamId(id), fields: plainFields(fields) }));
      return { stream: { entries } };
    }
    case "opaque":
      return { opaque: value.val.bytes };
  }
}

/** Returns fields as an object, or as pairs if a name occurs twice. */
function plainFields(fields: { name: Uint8Array; value: Uint8Array }[]): { [name: string]: Plain } | [string, Plain][] {
  const pairs = fields.map(({ name, value }): [string, Plain] => [named(name), plain(value)]);
  const unique = new Set(pairs.map(([name]) => name)).size === pairs.length;
  return unique ? Object.fromEntries(pairs) : pairs;
}

/** Returns text where bytes are UTF-8, and the bytes otherwise. */
export function plain(bytes: Uint8Array): Plain {
  try {
    return decodeUtf8(bytes);
  } catch {
    return bytes;
  }
}

/** Returns a name as text, with escapes where it is not UTF-8. */
export function named(bytes: Uint8Array): string {
  const name = plain(bytes);
  const escape = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16)}`;
  return typeof name === "string" ? name : keyOf(bytes).replace(/[\x80-\xff]/g, escape);
}
