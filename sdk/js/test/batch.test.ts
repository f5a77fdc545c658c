// Columns, and what is said of single records in a batch.
import assert from "node:assert/strict";
import { test } from "node:test";

import { list, reject, skip, text, utf8 } from "../src/index.ts";
import { TestBatch } from "../src/testing/index.ts";

const NOT_TEXT = new Uint8Array([0xff]);

test("fields are read, set, renamed and removed by columns", () => {
  const batch = TestBatch.of({ a: { hash: { n: "1", m: "x" } }, b: { hash: {} } });

  assert.equal(batch.length, 2);
  assert.deepEqual(batch.keys(), ["a", "b"]);
  assert.deepEqual(batch.keysBytes(), [utf8.encode("a"), utf8.encode("b")]);
  assert.deepEqual(batch.kinds(), ["hash", "hash"]);
  assert.deepEqual(batch.fields("n"), ["1", null]);
  assert.deepEqual(batch.fieldsBytes("n"), [utf8.encode("1"), null]);
  batch.setFields("n", ["2", null]);
  batch.setFields("o", [3, NOT_TEXT]);
  batch.setFields("p", [4n, "5"]);
  batch.renameFields("n", "q");
  batch.renameFields(utf8.encode("q"), "r");
  batch.deleteFields("m");
  assert.deepEqual(batch.record(0).contents, { hash: { r: "2", o: "3", p: "4" } });
  assert.deepEqual(batch.record(1).contents, { hash: { o: NOT_TEXT, p: "5" } });
});

test("texts, values, expiries and keys are columns too", () => {
  const batch = TestBatch.of({ a: { text: "1" }, b: { text: "2" } });

  assert.deepEqual(batch.texts(), ["1", "2"]);
  assert.deepEqual(batch.textsBytes(), [utf8.encode("1"), utf8.encode("2")]);
  batch.setTexts([null, "3"]);
  batch.setExpiries([5000, null]);
  assert.deepEqual(batch.expiries(), [5000, null]);
  batch.rename(["c", null]);
  batch.delete([false, true]);
  assert.deepEqual(batch.values()[1], { kind: "text", value: utf8.encode("3") });
  batch.setValues([list(["x"]), null]);
  assert.deepEqual(batch.record(0).contents, { list: ["x"] });
  assert.deepEqual([batch.record(0).renamedTo, batch.record(1).renamedTo], ["c", null]);
  assert.deepEqual([batch.record(0).deleted, batch.record(1).deleted], [false, true]);
});

test("what cannot be done for a record fails that record alone", () => {
  const batch = TestBatch.of({ a: { text: "1" }, b: { hash: { n: NOT_TEXT } }, c: { hash: { n: "1" } } });

  assert.deepEqual(batch.fields("n"), [null, null, "1"]);
  batch.setValues([text(0.5 as never), null, text("x")]);
  assert.ok("fail" in batch.verdict(0)!);
  assert.deepEqual(batch.verdict(1), { fail: `the field "n" is not UTF-8 text; read it as bytes`, code: "not-text" });
  assert.equal(batch.verdict(2), null);
  assert.deepEqual(batch.record(2).contents, { text: "x" });
});

test("an element that cannot be written fails its record", () => {
  const batch = TestBatch.of({ a: { hash: {} }, b: { hash: {} } });

  batch.setFields("n", [true as never, "1"]);
  assert.deepEqual(batch.verdict(0), {
    fail: "TypeError: the value of a field is a boolean; a text, bytes or an integer is needed",
    code: null,
  });
  assert.deepEqual(batch.record(1).contents, { hash: { n: "1" } });
});

test("map makes a column, and says what is returned or thrown of the record", () => {
  const batch = TestBatch.of({ a: { hash: {} }, b: { hash: {} }, c: { hash: {} }, d: { hash: {} } });

  const column = batch.map(["1", "2", "3", "4"], (element, i) => {
    if (i === 1) {
      return skip("two");
    }
    if (i === 2) {
      throw reject("three", "it is three");
    }
    if (i === 3) {
      throw new Error("four");
    }
    return element;
  });

  assert.deepEqual(column, ["1", null, null, null]);
  const verdicts = [0, 1, 2, 3].map((i) => batch.verdict(i));
  assert.deepEqual(verdicts, [
    null,
    { skip: "two" },
    { reject: "three", message: "it is three" },
    { fail: "four", code: null },
  ]);
});

test("a column of another length is refused", () => {
  const batch = TestBatch.of({ a: { hash: {} } });

  assert.throws(() => batch.setFields("n", []), RangeError);
  assert.throws(() => batch.setExpiries([1, 2]), RangeError);
  assert.throws(() => batch.delete("x" as never), RangeError);
  assert.throws(() => batch.skip(1, "no such record"), RangeError);
  assert.throws(() => batch.record(-1), TypeError);
  assert.equal([...batch].length, 1);
});
