// What a component exports: outcomes and errors of single records.
import assert from "node:assert/strict";
import { test } from "node:test";

import { parameters, reject, skip, type Record } from "../src/index.ts";
import { eachLookup, eachRecord, wholeBatch } from "../src/sandbox/exports.ts";
import { program } from "../src/sandbox/program.ts";
import { records } from "../src/testing/host.ts";
import { setContext, TestBatch, TestKeyspace } from "../src/testing/index.ts";
import { space } from "../src/testing/program.ts";
import { state } from "../src/testing/state.ts";

/** Runs a transform of single records over three of them, and returns what was said of each. */
function verdictsOf(transform: (record: Record) => unknown): unknown[] {
  const batch = TestBatch.of({ a: { hash: { n: "1" } }, b: { text: "" }, c: { hash: {} } });
  eachRecord(transform as never)(batch.length);
  return [0, 1, 2].map((i) => batch.verdict(i));
}

test("outcomes are returned or thrown", () => {
  assert.deepEqual(verdictsOf(() => undefined), [null, null, null]);
  const skipped = { skip: "why" };
  assert.deepEqual(verdictsOf(() => skip("why")), [skipped, skipped, skipped]);
  const rejected = { reject: "code", message: "why" };
  assert.deepEqual(
    verdictsOf(() => {
      throw reject("code", "why");
    }),
    [rejected, rejected, rejected],
  );
});

test("an error fails its record, with the code of a refusal, and the loop goes on", () => {
  const wrongKind = { fail: "this needs a hash, the record holds a text", code: "wrong-kind" };
  assert.deepEqual(verdictsOf((record) => record.hash.set("m", "2")), [null, wrongKind, null]);
  const broken = { fail: "TypeError: broken", code: null };
  const verdicts = verdictsOf((record) => {
    if (record.key === "b") {
      throw new TypeError("broken");
    }
  });
  assert.deepEqual(verdicts, [null, broken, null]);
});

test("anything else that is returned is an error", () => {
  const [first] = verdictsOf(async () => undefined) as { fail: string }[];
  assert.match(first!.fail, /returned a promise/);
  const [second] = verdictsOf(() => "skip") as { fail: string }[];
  assert.match(second!.fail, /returned a text/);
});

test("what a transform of a batch throws is said of every record", () => {
  const batch = TestBatch.of({ a: { hash: {} }, b: { hash: {} } });

  wholeBatch(() => {
    throw new Error("broken");
  })(2);
  assert.deepEqual([batch.verdict(0), batch.verdict(1)], Array(2).fill({ fail: "broken", code: null }));
});

test("lookups asks for one key or several", () => {
  TestBatch.of({ a: { hash: {} }, b: { hash: {} }, c: { hash: {} } });

  eachLookup((record) => ({ a: "plan:1", b: ["plan:2", "plan:3"] })[record.key])(3);
  assert.deepEqual(
    state.batch.map(({ asked }) => asked.map((key) => new TextDecoder().decode(key))),
    [["plan:1"], ["plan:2", "plan:3"], []],
  );
});

test("a program may skip, reject and fail", () => {
  for (const [run, expected] of [
    [() => skip("why"), { skip: "why" }],
    [() => reject("code", "why"), { reject: "code", message: "why" }],
    [() => JSON.parse("{"), null],
  ] as const) {
    TestKeyspace.of({});
    program(run)();
    if (expected === null) {
      assert.match((space.verdict as { fail: string }).fail, /^SyntaxError: /);
    } else {
      assert.deepEqual(space.verdict, expected);
    }
  }
});

test("parameters are parsed anew for each batch", () => {
  const seen: unknown[] = [];
  const migrate = eachRecord(() => void seen.push(parameters()));

  TestBatch.of({ a: { text: "" } });
  setContext({ parameters: { digits: 2 } });
  migrate(1);
  state.parameters = { digits: 0 };
  migrate(1);
  assert.deepEqual(seen, [{ digits: 2 }, { digits: 0 }]);
});

test("a refusal in the stand-in's columns keeps its code", () => {
  const batch = TestBatch.of({ a: { hash: {} } });
  records.fail(0, { code: "denied", message: "no", place: null });
  assert.deepEqual(batch.verdict(0), { fail: "no", code: "denied" });
});
