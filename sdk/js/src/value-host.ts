// Whole values on their way to the host and back.
import { bytesOf, checkedCount, checkedMillis, checkedText, shown, type Data } from "./data.ts";
import type { WitStreamField, WitValue } from "./host/contract.ts";
import { formatStreamId, parseStreamId } from "./stream-id.ts";
import type { NewValue, StreamField, Value } from "./value.ts";

/** Checks a value and makes it one of the host's. */
export function toHost(value: NewValue): WitValue {
  switch (value?.kind) {
    case "text":
      return { tag: "text", val: bytesOf(value.value, "a text") };
    case "list":
      return { tag: "list", val: value.items.map((item) => bytesOf(item, "an item")) };
    case "set":
      return { tag: "set", val: value.members.map((member) => bytesOf(member, "a member")) };
    case "sorted-set":
      return {
        tag: "sorted-set",
        val: value.members.map(({ member, score }) => ({
          member: bytesOf(member, "a member"),
          score: checkedScore(score),
        })),
      };
    case "hash":
      return {
        tag: "hash",
        val: value.fields.map((field) => ({
          name: bytesOf(field.name, "the name of a field"),
          value: bytesOf(field.value, "the value of a field"),
          expiresAt: checkedMillis(field.expiresAt, "the expiry of a field"),
        })),
      };
    case "stream":
      return {
        tag: "stream",
        val: {
          entries: value.entries.map(({ id, fields }) => ({ id: parseStreamId(id), fields: fieldsToHost(fields) })),
          lastId: parseStreamId(value.lastId),
        },
      };
    case "opaque":
      return {
        tag: "opaque",
        val: {
          typeId: checkedCount(value.typeId, "the type of an opaque value"),
          module: value.module === null ? null : checkedText(value.module, "the module of an opaque value"),
          bytes: bytesOf(value.bytes, "an opaque value"),
        },
      };
    default:
      throw new TypeError(`the value is ${shown(value)}; text, hash, list, set, sortedSet and stream make values`);
  }
}

/** Makes a value of the host's one of the SDK's. */
export function fromHost(value: WitValue): Value {
  switch (value.tag) {
    case "text":
      return { kind: "text", value: value.val };
    case "list":
      return { kind: "list", items: value.val };
    case "set":
      return { kind: "set", members: value.val };
    case "sorted-set":
      return { kind: "sorted-set", members: value.val };
    case "hash":
      return { kind: "hash", fields: value.val };
    case "stream": {
      const entries = value.val.entries.map(({ id, fields }) => ({ id: formatStreamId(id), fields }));
      return { kind: "stream", entries, lastId: formatStreamId(value.val.lastId) };
    }
    case "opaque":
      return { kind: "opaque", ...value.val };
  }
}

/** Checks the fields of a stream's entry. */
export function fieldsToHost(fields: StreamField<Data>[]): WitStreamField[] {
  return fields.map(({ name, value }) => ({
    name: bytesOf(name, "the name of a field"),
    value: bytesOf(value, "the value of a field"),
  }));
}

/** Checks a score. */
export function checkedScore(score: number): number {
  if (typeof score !== "number") {
    throw new TypeError(`a score is ${shown(score)}; a number is needed`);
  }
  return score;
}
