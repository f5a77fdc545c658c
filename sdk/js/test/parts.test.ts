// The parts of a record: hash, list, set, sorted set, stream.
import assert from "node:assert/strict";
import { test } from "node:test";

import { HostError, utf8 } from "../src/index.ts";
import { TestRecord } from "../src/testing/index.ts";

const MANY = 1000;
const NOT_TEXT = new Uint8Array([0xff]);

function refuses(code: string, action: () => unknown): void {
  assert.throws(action, (error) => error instanceof HostError && error.code === code);
}

test("a hash is used like a Map", () => {
  const record = TestRecord.of({ hash: { a: "1", b: "2" } });
  const { hash } = record;

  assert.equal(hash.size, 2);
  assert.equal(hash.get("a"), "1");
  assert.equal(hash.get("c"), null);
  assert.equal(hash.has("b"), true);
  hash.set("c", 3);
  hash.rename("a", "d");
  hash.delete("b");
  assert.deepEqual([...hash], [["d", "1"], ["c", "3"]]);
  assert.deepEqual([...hash.keys()], ["d", "c"]);
  assert.deepEqual(hash.toObject(), { d: "1", c: "3" });
  hash.clear();
  assert.deepEqual(record.contents, { hash: {} });
});

test("fields of a hash expire on their own and keep that", () => {
  const { hash } = TestRecord.of({ hash: { a: "1" } });

  hash.setExpiresAt("a", 5000);
  hash.set("a", "2");
  assert.equal(hash.expiresAt("a"), 5000);
  assert.deepEqual([...hash.fields()], [{ name: utf8.encode("a"), value: utf8.encode("2"), expiresAt: 5000 }]);
  refuses("invalid-argument", () => hash.setExpiresAt("b", 5000));
});

test("names and values of a hash may be any bytes", () => {
  const { hash } = TestRecord.of({ hash: [[NOT_TEXT, NOT_TEXT]] });

  assert.deepEqual(hash.getBytes(NOT_TEXT), NOT_TEXT);
  refuses("not-text", () => hash.get(NOT_TEXT));
  refuses("not-text", () => [...hash]);
  hash.set(NOT_TEXT, "text");
  assert.equal(hash.get(NOT_TEXT), "text");
  assert.equal(hash.has(NOT_TEXT), true);
  hash.rename(NOT_TEXT, "a");
  hash.set("b", NOT_TEXT);
  hash.delete("a");
  assert.deepEqual([...hash.keysBytes()], [utf8.encode("b")]);
});

test("a list has indexes that count from both ends", () => {
  const record = TestRecord.of({ list: ["a", "b", "c"] });
  const { list } = record;

  assert.equal(list.length, 3);
  assert.equal(list.at(-1), "c");
  assert.deepEqual(list.atBytes(0), utf8.encode("a"));
  list.set(1, "B");
  list.push("d");
  list.unshift("_");
  list.insert(5, "e");
  list.insert(1, NOT_TEXT);
  list.delete(1);
  assert.deepEqual([...list], ["_", "a", "B", "c", "d", "e"]);
  assert.deepEqual([...list.valuesBytes()].length, 6);
  refuses("out-of-range", () => list.at(6));
  refuses("out-of-range", () => list.delete(-7));
  assert.throws(() => list.at(0.5), TypeError);
  list.clear();
  assert.deepEqual(record.contents, { list: [] });
});

test("a set is used like a Set", () => {
  const record = TestRecord.of({ set: ["a", "b"] });
  const { set } = record;

  set.add("b");
  set.add(NOT_TEXT);
  assert.equal(set.size, 3);
  assert.equal(set.has(NOT_TEXT), true);
  set.delete(NOT_TEXT);
  set.rename("a", "c");
  set.rename("x", "y");
  assert.deepEqual([...set], ["c", "b"]);
  set.rename("c", "b");
  assert.deepEqual(record.contents, { set: ["b"] });
  assert.deepEqual([...set.valuesBytes()], [utf8.encode("b")]);
  set.clear();
  assert.equal(set.size, 0);
});

test("a sorted set is used like a Map of numbers, in ZRANGE's order", () => {
  const record = TestRecord.of({ sortedSet: { c: 1, a: 2, b: 1 } });
  const { sortedSet } = record;

  assert.deepEqual([...sortedSet], [["b", 1], ["c", 1], ["a", 2]]);
  assert.equal(sortedSet.get("a"), 2);
  assert.equal(sortedSet.get("x"), null);
  sortedSet.set("a", -0.5);
  sortedSet.set(NOT_TEXT, 9);
  assert.equal(sortedSet.get(NOT_TEXT), 9);
  sortedSet.delete(NOT_TEXT);
  sortedSet.rename("b", "c");
  assert.equal(sortedSet.has("b"), false);
  assert.equal(sortedSet.size, 2);
  assert.deepEqual(record.contents, { sortedSet: { c: 1, a: -0.5 } });
  assert.deepEqual([...sortedSet.entriesBytes()][0], { member: utf8.encode("a"), score: -0.5 });
  refuses("invalid-argument", () => sortedSet.set("a", Number.NaN));
  sortedSet.clear();
  assert.equal(sortedSet.size, 0);
});

test("a stream's entries are edited by their ids", () => {
  const groups = [{ name: "billing", lastId: "1-0", pending: 1, consumers: 2 }];
  const entries = [{ id: "1-0", fields: { evt: "created" } }, { id: "2-0", fields: [["a", "1"], ["a", "2"]] as const }];
  const record = TestRecord.of({ stream: { entries, groups } });
  const { stream } = record;

  assert.equal(stream.size, 2);
  assert.equal(stream.lastId, "2-0");
  assert.deepEqual([...stream.ids()], ["1-0", "2-0"]);
  assert.deepEqual([...stream][1], ["2-0", [["a", "1"], ["a", "2"]]]);
  assert.deepEqual(stream.get("9-0"), null);
  assert.equal(stream.field("2-0", "a"), "1");
  assert.equal(stream.field("2-0", NOT_TEXT), null);
  assert.deepEqual(stream.fieldBytes("2-0", "a"), utf8.encode("1"));
  stream.renameField("1-0", "evt", "type");
  stream.setField("1-0", "n", 1);
  stream.setField("1-0", "n", NOT_TEXT);
  stream.deleteField("1-0", "n");
  stream.set("2-0", { b: "3" });
  stream.add("3-0", { c: "4" });
  assert.deepEqual(record.contents, {
    stream: {
      entries: [
        { id: "1-0", fields: { type: "created" } },
        { id: "2-0", fields: { b: "3" } },
        { id: "3-0", fields: { c: "4" } },
      ],
    },
  });
  stream.delete("3-0");
  assert.equal(stream.lastId, "3-0");
  assert.deepEqual(stream.groups(), [{ ...groups[0], name: utf8.encode("billing") }]);
  refuses("invalid-argument", () => stream.add("3-0", { a: 1 }));
  refuses("invalid-argument", () => stream.deleteField("1-0", "type"));
  refuses("invalid-argument", () => stream.set("1-0", {}));
  refuses("invalid-argument", () => stream.setField("9-0", "a", 1));
  assert.throws(() => stream.get("1"), TypeError);
  assert.throws(() => stream.get(`${2 ** 53}-0`), TypeError);
});

test("iteration goes over all pages", () => {
  const names = Array.from({ length: MANY }, (_, i) => `n${i}`);

  assert.deepEqual([...TestRecord.of({ list: names }).list], names);
  assert.deepEqual([...TestRecord.of({ set: names }).set], names);
  assert.deepEqual([...TestRecord.of({ hash: names.map((name) => [name, name]) }).hash.keys()], names);
});

test("what is set while it is iterated over is seen, and what is removed ends the iteration", () => {
  const { hash } = TestRecord.of({ hash: { a: "1", b: "2" } });

  for (const [name, value] of hash) {
    hash.set(name, `${value}!`);
  }
  assert.deepEqual(hash.toObject(), { a: "1!", b: "2!" });
  assert.throws(() => {
    for (const name of hash.keys()) {
      hash.delete(name);
    }
  }, /removed or moved/);
  for (const name of [...hash.keys()]) {
    hash.delete(name);
  }
  assert.equal(hash.size, 0);
});
