// What every record has.
import assert from "node:assert/strict";
import { test } from "node:test";

import { hash, HostError, set, sortedSet, stream, text, utf8 } from "../src/index.ts";
import { setContext, TestRecord } from "../src/testing/index.ts";

/** Says whether something throws the host's refusal with a code. */
function refuses(code: string, action: () => unknown): void {
  assert.throws(action, (error) => error instanceof HostError && error.code === code);
}

test("a record has a key, a kind and a size", () => {
  const record = TestRecord.of({ list: ["a", "b"] }, { key: "queue:1" });

  assert.equal(record.key, "queue:1");
  assert.deepEqual(record.keyBytes, utf8.encode("queue:1"));
  assert.equal(record.kind, "list");
  assert.equal(record.size, 2);
});

test("a key that is not UTF-8 can be read as bytes", () => {
  const record = TestRecord.of({ text: "" }, { key: new Uint8Array([0xff]) });

  refuses("not-text", () => record.key);
  assert.deepEqual(record.keyBytes, new Uint8Array([0xff]));
});

test("expiries are milliseconds, and null is none", () => {
  setContext({ nowMs: 1000 });
  const record = TestRecord.of({ text: "" }, { expiresAt: 5000 });

  assert.equal(record.expiresAt, 5000);
  assert.equal(record.ttl, 4000);
  record.ttl = 500;
  assert.equal(record.expiresAt, 1500);
  record.expiresAt = null;
  assert.equal(record.ttl, null);
  refuses("invalid-argument", () => (record.expiresAt = 0));
  assert.throws(() => (record.expiresAt = 1.5), TypeError);
  assert.throws(() => (record.ttl = -1), TypeError);
});

test("a text is read and written as text, bytes or digits", () => {
  const record = TestRecord.of({ text: "grün" });

  assert.equal(record.text, "grün");
  assert.deepEqual(record.bytes, utf8.encode("grün"));
  record.text = 12;
  assert.equal(record.text, "12");
  record.text = 12345678901234567890n;
  assert.equal(record.text, "12345678901234567890");
  record.bytes = new Uint8Array([0xff, 0]);
  refuses("not-text", () => record.text);
  assert.deepEqual(record.contents, { text: new Uint8Array([0xff, 0]) });
});

test("what has no certain digits, and half a surrogate pair, is refused", () => {
  const record = TestRecord.of({ text: "" });

  for (const wrong of [0.1, Number.NaN, 2 ** 60, true, null, undefined, {}, "\ud800"]) {
    assert.throws(() => (record.text = wrong as string), TypeError, String(wrong));
  }
});

test("a part refuses another kind", () => {
  const record = TestRecord.of({ text: "" });

  refuses("wrong-kind", () => record.hash.get("a"));
  refuses("wrong-kind", () => record.list.push("a"));
  refuses("wrong-kind", () => record.set.add("a"));
  refuses("wrong-kind", () => record.sortedSet.set("a", 1));
  refuses("wrong-kind", () => record.stream.size);
});

test("a whole value can be read and set, of every kind", () => {
  const record = TestRecord.of({ text: "before" });
  const a = utf8.encode("a");
  const b = utf8.encode("b");

  record.value = hash({ a: "b" });
  assert.deepEqual(record.value, { kind: "hash", fields: [{ name: a, value: b, expiresAt: null }] });
  record.value = { kind: "list", items: ["b", a] };
  assert.deepEqual(record.value, { kind: "list", items: [b, a] });
  record.value = set(["a"]);
  assert.deepEqual(record.value, { kind: "set", members: [a] });
  record.value = sortedSet([["a", 1.5]]);
  assert.deepEqual(record.value, { kind: "sorted-set", members: [{ member: a, score: 1.5 }] });
  record.value = stream([["1-0", { a: "b" }]]);
  const fields = [{ name: a, value: b }];
  assert.deepEqual(record.value, { kind: "stream", entries: [{ id: "1-0", fields }], lastId: "1-0" });
  record.value = { kind: "opaque", typeId: 7, module: null, bytes: a };
  assert.deepEqual(record.value, { kind: "opaque", typeId: 7, module: null, bytes: a });
  record.value = text("after");
  assert.deepEqual(record.contents, { text: "after" });
});

test("values that cannot be are refused", () => {
  const record = TestRecord.of({ text: "" });

  refuses("invalid-argument", () => (record.value = set(["a", "a"])));
  refuses("invalid-argument", () => (record.value = sortedSet({ a: Number.NaN })));
  refuses("invalid-argument", () => (record.value = stream([["2-0", { a: 1 }], ["1-0", { a: 1 }]])));
  assert.throws(() => (record.value = "text" as never), TypeError);
  assert.throws(() => (record.value = sortedSet({ a: "1" as never })), TypeError);
});

test("a record can be renamed, deleted, and write and remove other keys", () => {
  const record = TestRecord.of({ text: "" }, { key: "a" });

  record.rename("b");
  record.delete();
  record.emit("c", hash({ n: 1 }));
  record.emit("d", text("t"), 5000);
  record.remove("e");

  assert.equal(record.renamedTo, "b");
  assert.equal(record.deleted, true);
  assert.deepEqual(record.emitted, { c: { hash: { n: "1" }, expiresAt: null }, d: { text: "t", expiresAt: 5000 } });
  assert.deepEqual(record.removed, ["e"]);
});

test("what was looked up can be read and not edited", () => {
  const record = TestRecord.of({ text: "" }, { lookups: { "plan:1": { hash: { name: "Free" } }, "plan:2": null } });

  const plan = record.lookup("plan:1");
  assert.equal(plan?.hash.get("name"), "Free");
  refuses("invalid-argument", () => plan?.hash.set("name", "Pro"));
  assert.equal(record.lookup("plan:2"), null);
  refuses("not-looked-up", () => record.lookup("plan:3"));
});

test("random numbers depend on the key and the run's seed alone", () => {
  const drawn = (key: string) => {
    const record = TestRecord.of({ text: "" }, { key });
    return [record.random(), record.random()];
  };

  assert.deepEqual(drawn("a"), drawn("a"));
  assert.notDeepEqual(drawn("a"), drawn("b"));
  const first = drawn("a");
  setContext({ seed: 1 });
  assert.notDeepEqual(drawn("a"), first);
  assert.ok([...first, ...drawn("a")].every((number) => number >= 0 && number < 1));
});
