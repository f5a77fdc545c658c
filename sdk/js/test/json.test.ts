// JSON documents: what an edit does not concern keeps its order and spelling.
import assert from "node:assert/strict";
import { test } from "node:test";

import { HostError, pointer } from "../src/index.ts";
import { TestRecord } from "../src/testing/index.ts";

const DOCUMENT = `{ "score": 4.50, "b": {"a/b": [1, 2 , {"x":null}]}, "text": "a\\"},\\u0041" }`;

function check(edit: (record: TestRecord) => void, expected: string): void {
  const record = TestRecord.of({ text: DOCUMENT });
  edit(record);
  assert.equal(record.text, expected);
}

test("a pointer escapes names", () => {
  assert.equal(pointer("b", "a/b", 0), "/b/a~1b/0");
  assert.equal(pointer("~"), "/~0");
  assert.equal(pointer(), "");
});

test("places are read as values and as they are written", () => {
  const { json } = TestRecord.of({ text: DOCUMENT });

  assert.deepEqual(json.get(), JSON.parse(DOCUMENT));
  assert.equal(json.get("/score"), 4.5);
  assert.equal(json.source("/score"), "4.50");
  assert.equal(json.source(pointer("b", "a/b", 2)), `{"x":null}`);
  assert.equal(json.get("/b/a~1b/2/x"), null);
  assert.equal(json.get("/b/a~1b/3"), undefined);
  assert.equal(json.get("/text"), `a"},A`);
  assert.equal(json.has("/score"), true);
  assert.equal(json.has("/score/x"), false);
});

test("a place is replaced", () => {
  check(({ json }) => json.set("/score", 5), DOCUMENT.replace("4.50", "5"));
  check(({ json }) => json.setSource("/b/a~1b/1", " 2.0 "), DOCUMENT.replace("2 ,", "2.0 ,"));
  check(({ json }) => json.set("", []), "[]");
});

test("a member or item is added at the end", () => {
  check(({ json }) => json.set("/new", "x"), DOCUMENT.replace(" }", `,"new":"x" }`));
  check(({ json }) => json.set("/b/a~1b/-", true), DOCUMENT.replace(`{"x":null}`, `{"x":null},true`));
  const record = TestRecord.of({ text: "{}" });
  record.json.set("/a", []);
  record.json.set("/a/0", 1);
  assert.equal(record.text, `{"a":[1]}`);
});

test("a member or item is removed", () => {
  check(({ json }) => json.delete("/score"), DOCUMENT.replace(` "score": 4.50,`, ""));
  check(({ json }) => json.delete("/text"), DOCUMENT.replace(/, "text".*"(?= })/, ""));
  check(({ json }) => json.delete("/b/a~1b/1"), DOCUMENT.replace(", 2", ""));
  check(({ json }) => json.delete("/nothing"), DOCUMENT);
});

test("what cannot be is refused", () => {
  const refuses = (action: () => unknown) =>
    assert.throws(action, (error) => error instanceof HostError && error.code === "invalid-argument");
  const { json } = TestRecord.of({ text: DOCUMENT });

  refuses(() => TestRecord.of({ text: "{" }).json.get());
  refuses(() => json.get("score"));
  refuses(() => json.delete(""));
  refuses(() => json.set("/nothing/a", 1));
  refuses(() => json.set("/b/a~1b/9", 1));
  refuses(() => json.setSource("/score", "x"));
  refuses(() => TestRecord.of({ text: `{"a":1,"a":2}` }).json.get("/a"));
  assert.throws(() => json.set("/score", undefined), TypeError);
});
