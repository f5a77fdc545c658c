// Unit tests of the transform, outside of the sandbox: `npm test`. The cases in cases/ run inside of it: `remold test`.
import assert from "node:assert/strict";
import { test } from "node:test";

import { reject, skip } from "remold-transform";
import { TestRecord } from "remold-transform/testing";

import { migrate, revert } from "../src/transform.js";

test("a name of several words is split at the first space", () => {
  const record = TestRecord.of({ hash: { name: "Lupe García Márquez", plan: "free" } });

  assert.equal(migrate(record), undefined);

  assert.deepEqual(record.contents, { hash: { plan: "free", first: "Lupe", last: "García Márquez" } });
});

test("a name of one word is a first name", () => {
  const record = TestRecord.of({ hash: { name: "Cher" } });

  assert.equal(migrate(record), undefined);

  assert.deepEqual(record.contents, { hash: { first: "Cher", last: "" } });
});

test("what is split already is skipped", () => {
  assert.deepEqual(migrate(TestRecord.of({ hash: { first: "Grace", last: "Hopper" } })), skip("split already"));
});

test("a record without a name is rejected", () => {
  const outcome = migrate(TestRecord.of({ hash: { email: "nobody@example.com" } }));

  assert.deepEqual(outcome, reject("no-name", "there is nothing to split"));
});

test("the way back gives the name again", () => {
  for (const name of ["Ada Lovelace", "Cher"]) {
    const record = TestRecord.of({ hash: { name } });

    migrate(record);
    revert(record);

    assert.deepEqual(record.contents, { hash: { name } });
  }
});
