// What a transform imports.
export { Batch } from "./batch.ts";
export { log, nowMs, parameters, seed } from "./context.ts";
export { utf8, type Data } from "./data.ts";
export { Hash } from "./hash.ts";
export { HostError } from "./host-error.ts";
export type { Applied, ErrorCode, ValueKind } from "./host/contract.ts";
export { Json, pointer } from "./json.ts";
export { backup, keyspace } from "./keyspace.ts";
export { List } from "./list.ts";
export { reject, Reject, skip, Skip, type Outcome } from "./outcome.ts";
export { Record } from "./record.ts";
export { Members } from "./set.ts";
export { SortedSet } from "./sorted-set.ts";
export type { StreamId } from "./stream-id.ts";
export { Stream, type StreamGroup } from "./stream.ts";
export {
  hash,
  list,
  set,
  sortedSet,
  stream,
  text,
  type Fields,
  type HashField,
  type HashValue,
  type ListValue,
  type NewValue,
  type OpaqueValue,
  type Scored,
  type SetValue,
  type SortedSetValue,
  type StreamEntry,
  type StreamField,
  type StreamValue,
  type TextValue,
  type Value,
} from "./value.ts";
