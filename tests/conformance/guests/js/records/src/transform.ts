// A transform of records that calls every function and checks what comes back; what is checked follows from the key.
import {
  hash,
  list,
  log,
  nowMs,
  parameters,
  reject,
  seed,
  set,
  skip,
  sortedSet,
  stream,
  text,
  utf8,
  type Data,
  type NewValue,
  type Outcome,
  type Record,
} from "remold-transform";
import { calls } from "./calls.ts";
import { bytes, refused, same, that } from "./check.ts";
import * as kinds from "./kinds.ts";

/** The clock that cases have. */
const NOW = 1_767_225_600_000;

const CHECKS: { [key: string]: (record: Record) => void } = {
  "check:record": everyRecord,
  "check:value": wholeValues,
  "check:opaque": opaque,
  "check:context": theRun,
  "check:lookup": otherKeys,
  "check:text": kinds.text,
  "check:json": kinds.json,
  "check:hash": kinds.hash,
  "check:list": kinds.list,
  "check:set": kinds.set,
  "check:sorted-set": kinds.sortedSet,
  "check:stream": kinds.stream,
};

export function migrate(record: Record): Outcome {
  const key = record.key;
  CHECKS[key]?.(record);
  const called = calls();
  if (called !== null) {
    record.emit(`calls:${key}`, set(called));
  }
  switch (key) {
    case "check:delete":
      record.delete();
      return;
    case "check:skip":
      return skip("as asked for");
    case "check:reject":
      return reject("as-asked", `${key} is rejected`);
    case "check:fail":
      throw new Error("as asked for");
    case "check:denied":
      record.rename("nobody's");
      return;
    case "check:parse":
      JSON.parse("x");
      return;
    case "check:panic":
      throw new Error("as asked for");
  }
}

export function revert(record: Record): Outcome {
  record.value = text("reverted");
}

export function lookups(record: Record): Data[] {
  return utf8.decode(record.keyBytes) === "check:lookup" ? ["other:there", utf8.encode("other:missing")] : [];
}

function everyRecord(record: Record): void {
  same(record.keyBytes, utf8.encode("check:record"));
  same([record.kind, record.size], ["text", 4]);
  same(record.seed, record.seed);
  same(record.expiresAt, NOW + 5000);
  same(record.ttl, 5000);
  record.ttl = 9000;
  same(record.expiresAt, NOW + 9000);
  record.expiresAt = null;
  same([record.expiresAt, record.ttl], [null, null]);
  record.expiresAt = NOW + 8000;
  refused("invalid-argument", () => (record.expiresAt = 0));
  refused("invalid-argument", () => (record.ttl = 0));
  record.rename("renamed:never");
  record.rename(utf8.encode("renamed:1"));
  record.emit("emitted:1", hash({ a: "1" }), NOW + 7000);
  record.emit("emitted:2", list(["a", "b"]));
  record.remove("removed:1");
  record.remove(utf8.encode("removed:2"));
  refused("not-looked-up", () => record.lookup("other:there"));
}

/** Writes a value of each kind and reads it again; the last one stays. */
function wholeValues(record: Record): void {
  const raw = utf8.encode("raw");
  const fields: [string, string][] = [
    ["a", "1"],
    ["a", ""],
  ];
  const values: [NewValue, number][] = [
    [text(utf8.encode("García")), 7],
    [text(bytes()), 0],
    [list(["a", "", "a"].map(utf8.encode)), 3],
    [set(["a", "b"].map(utf8.encode)), 2],
    [sortedSet([[utf8.encode("a"), 1.5], [utf8.encode("b"), -Infinity], [utf8.encode("c"), -0]]), 3],
    [{ kind: "opaque", typeId: 7, module: "ReJSON-RL", bytes: raw }, 3],
    [{ kind: "opaque", typeId: 7, module: null, bytes: raw }, 3],
    [stream([["1-7", encoded(fields)], ["2-7", encoded(fields)]]), 2],
    [{ kind: "hash", fields: [{ name: utf8.encode("a"), value: bytes(0xff), expiresAt: NOW + 5000 }] }, 1],
    [hash(encoded([["checked", "1"], ["", "empty"]])), 2],
  ];
  for (const [value, size] of values) {
    record.value = value;
    same(sorted(record.value), sorted(value));
    same([record.kind, record.size], [value.kind, size]);
  }
  const before = record.value;
  refused("invalid-argument", () => (record.value = hash([["a", "1"], ["a", "2"]])));
  refused("invalid-argument", () => (record.value = sortedSet({ a: NaN })));
  same(record.value, before);
}

function encoded(fields: [string, string][]): [Data, Data][] {
  return fields.map(([name, value]) => [utf8.encode(name), utf8.encode(value)]);
}

/** Returns the parts of a value in an order of their names. */
function sorted(value: NewValue): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What cannot be looked into can be changed as bytes, and copied. */
function opaque(record: Record): void {
  const value = record.value;
  that(value.kind === "opaque");
  same([value.typeId, value.module, record.size], [7, "AAAAAAAAI", value.bytes.length]);
  value.bytes = bytes(...value.bytes, 0x2b);
  record.value = value;
  record.emit("emitted:copy", value);
}

function theRun(): void {
  same(nowMs(), NOW);
  same(seed(), seed());
  const given = parameters<{ digits: number; names: string[]; none?: number }>();
  same([given.digits, given.names, given.none === undefined], [2, ["a", "é"], true]);
  log.debug("debug");
  log.info("info");
  log.warn("warn");
  console.log("printed");
}

function otherKeys(record: Record): void {
  const other = record.lookup("other:there");
  that(other !== null);
  same([other.key, other.hash.get("a")], ["other:there", "1"]);
  refused("invalid-argument", () => other.hash.set("a", "2"));
  same(record.lookup(utf8.encode("other:missing")), null);
  refused("not-looked-up", () => record.lookup("other:never"));
}
