// What goes to the host beside records: texts as UTF-8, the context, and what is told of an error.
import assert from "node:assert/strict";
import { test } from "node:test";

import { HostError, log, nowMs, parameters, seed, utf8 } from "../src/index.ts";
import { logged, setContext } from "../src/testing/index.ts";
import { unhandled } from "../src/unhandled.ts";

test("UTF-8 is encoded and decoded", () => {
  for (const text of ["", "a", "grün", "日本", "😀", "\u0000", "\ufeffx"]) {
    assert.equal(utf8.decode(utf8.encode(text)), text);
  }
  assert.deepEqual([...utf8.encode("ü")], [0xc3, 0xbc]);
  assert.throws(() => utf8.encode("\ud800"), TypeError);
  assert.throws(() => utf8.decode(new Uint8Array([0xc3])), (error) => error instanceof HostError && error.code === "not-text");
});

test("the context is the run's", () => {
  setContext({ parameters: { digits: 2 }, nowMs: 5000, seed: 7 });

  assert.deepEqual(parameters(), { digits: 2 });
  assert.equal(nowMs(), 5000);
  assert.equal(seed(), 7);
  log.debug("a");
  log.info("b");
  log.warn("c");
  assert.deepEqual(logged().map(({ level }) => level), ["debug", "info", "warn"]);
  assert.throws(() => log.info(1 as never), TypeError);
  setContext();
  assert.deepEqual([parameters(), nowMs(), seed(), logged()], [{}, 0, 0, []]);
});

test("an error is told with its code, its name where that says something, and its place", () => {
  const told = (error: unknown) => unhandled(error);

  assert.deepEqual(told(new Error("why")), { code: null, message: "why", place: null });
  assert.deepEqual(told(new HostError("denied", "no")), { code: "denied", message: "no", place: null });
  assert.equal(told(new RangeError("far")).message, "RangeError: far");
  assert.equal(told("text").message, "what was thrown is no error: text");
  assert.equal(told(new Error("\ud800")).message, "\ufffd");
});

test("a place is found in the innermost frame that is the user's", () => {
  const places = { files: ["a.js", "b.js"], lines: { 7: [1, 0, 10, 1, 5, 0, 11, 3], 9: [1, 1, 20, 1] } };
  const error = new Error("why");
  error.stack = "    at sdk (bundle.js:3:1)\n    at inner (bundle.js:7:8)\n    at outer (bundle.js:9:1)\n";

  Object.assign(globalThis, { remoldPlaces: places });
  try {
    assert.deepEqual(unhandled(error).place, { file: "a.js", line: 11, column: 3 });
    error.stack = "    at <anonymous> (bundle.js:7:4)\n    at map (native)\n";
    assert.deepEqual(unhandled(error).place, { file: "a.js", line: 10, column: 1 });
    error.stack = "    at sdk (bundle.js:3:1)\n";
    assert.equal(unhandled(error).place, null);
  } finally {
    Reflect.deleteProperty(globalThis, "remoldPlaces");
  }
});
