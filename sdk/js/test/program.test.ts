// Programs over a keyspace in memory.
import assert from "node:assert/strict";
import { test } from "node:test";

import { backup, keyspace, type Record } from "../src/index.ts";
import { TestKeyspace } from "../src/testing/index.ts";

const KEYS = Array.from({ length: 200 }, (_, i) => `member:${i}`);

function manyMembers(): TestKeyspace {
  return TestKeyspace.of(Object.fromEntries(KEYS.map((key) => [key, { hash: {} }])));
}

test("a scan goes over all pages of the keys that match", () => {
  const space = manyMembers();
  space.put("other:1", { hash: {} });
  space.put("member:text", { text: "" });

  assert.deepEqual([...keyspace.scan("member:*", "hash")], KEYS);
  assert.deepEqual([...keyspace.scan("member:1?")].length, 10);
  assert.deepEqual([...keyspace.scan("member:[12]")], ["member:1", "member:2"]);
  assert.deepEqual([...keyspace.pages("member:*", "hash")].map((page) => page.length), [64, 64, 64, 8]);
  assert.throws(() => [...keyspace.scan("*", "string" as never)], TypeError);
});

test("records are read, edited and applied once", () => {
  const space = TestKeyspace.of({ a: { hash: { n: "1" } }, b: { hash: {} } });

  const [a, b, missing] = keyspace.getAll(["a", "b", "c"]);
  assert.equal(missing, null);
  a!.hash.set("n", 2);
  assert.deepEqual(keyspace.applyAll([a!, b!]), ["applied", "unchanged"]);
  assert.deepEqual(space.get("a"), { hash: { n: "2" } });
  assert.equal(keyspace.apply(keyspace.get("a")!), "already");
  assert.throws(() => a!.hash.size, /released/);
});

test("a key that changed since it was read is in conflict", () => {
  const space = TestKeyspace.of({ a: { hash: { n: "1" } } });

  const record = keyspace.get("a")!;
  space.put("a", { hash: { n: "9" } });
  record.hash.set("n", 2);
  assert.equal(keyspace.apply(record), "conflict");
  assert.deepEqual(space.get("a"), { hash: { n: "9" } });
});

test("a record may be renamed, deleted, and write other keys", () => {
  const space = TestKeyspace.of({ a: { text: "1" }, b: { text: "2" } });

  const [a, b] = keyspace.getAll(["a", "b"]) as [Record, Record];
  a.rename("c");
  a.emit("d", a.value, 5000);
  b.delete();
  keyspace.applyAll([a, b]);
  assert.deepEqual(space.keys, ["c", "d"]);
  assert.equal(space.expiresAt("d"), 5000);
});

test("progress, checkpoints and backups reach the host", () => {
  const space = TestKeyspace.of({}, "seven");

  assert.equal(keyspace.resumedFrom(), "seven");
  keyspace.progress(1);
  keyspace.progress(2, 10);
  keyspace.checkpoint("eight");
  assert.deepEqual(space.progress, { done: 2, total: 10 });
  assert.equal(space.checkpoint, "eight");
  assert.equal(backup.create("before"), "before");
  assert.deepEqual(space.backups, ["before"]);
  assert.throws(() => keyspace.progress(0.5), TypeError);
});

test("records can be let go", () => {
  TestKeyspace.of({ a: { text: "1" } });

  const record = keyspace.get("a")!;
  keyspace.release(record);
  assert.throws(() => record.text, /released/);
  assert.throws(() => keyspace.release({} as never), TypeError);
});
