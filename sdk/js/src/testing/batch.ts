// A batch in a test.
import { Batch } from "../batch.ts";
import type { Contents } from "./contents.ts";
import { slotOfContents, TestRecord } from "./record.ts";
import { state, type Verdict } from "./state.ts";

/**
 * A batch in memory, to call `migrateBatch` or `revertBatch` with. There is one at a time: a new one takes the place of
 * the one before.
 *
 * ```js
 * const batch = TestBatch.of({ "user:1": { hash: { name: "Ada Lovelace" } }, "user:2": { hash: {} } });
 * migrateBatch(batch);
 * assert.deepEqual(batch.record(0).contents, { hash: { first: "Ada", last: "Lovelace" } });
 * assert.deepEqual(batch.verdict(1), { reject: "no-name", message: "there is nothing to split" });
 * ```
 */
export class TestBatch extends Batch {
  /** Makes a batch of what keys hold. */
  static of(entries: { readonly [key: string]: Contents }): TestBatch {
    state.batch = Object.entries(entries).map(([key, contents]) => slotOfContents(contents, { key }));
    return new TestBatch(state.batch.length);
  }

  /** Returns one of the records, to look at it. */
  override record(i: number): TestRecord {
    return new TestRecord(super.record(i).index);
  }

  /** Returns what was said of a record; null if nothing was, and its edits stand. */
  verdict(i: number): Verdict | null {
    return state.batch[i]?.verdict ?? null;
  }
}
