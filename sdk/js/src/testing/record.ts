// A record in a test.
import { bytesOf, type Data } from "../data.ts";
import { Record } from "../record.ts";
import { keyOf } from "./bytes.ts";
import { named, plainOf, valueOf, type Contents, type PlainContents } from "./contents.ts";
import { hold, slotAt, slotOf, type Slot } from "./state.ts";

/** What a test can say of a record beside its value. */
export interface RecordOptions {
  /** The key; `key` if nothing is said. */
  key?: Data;
  /** When it expires, Unix milliseconds; null, or nothing, if it does not. */
  expiresAt?: number | null;
  /** What can be looked up for it, by key; null for a key that is not there. Any other key was not asked for. */
  lookups?: { readonly [key: string]: Contents | null };
}

/**
 * A record in memory, to call a transform with. What the transform returns is its outcome; the edits stay to be looked
 * at even where the real host would drop them, after a skip, a reject or an error.
 *
 * ```js
 * const record = TestRecord.of({ hash: { name: "Ada Lovelace" } });
 * assert.equal(migrate(record), undefined);
 * assert.deepEqual(record.contents, { hash: { first: "Ada", last: "Lovelace" } });
 * ```
 */
export class TestRecord extends Record {
  /** Makes a record of what a key holds: `TestRecord.of({ hash: { name: "Ada" } }, { key: "user:1" })`. */
  static of(contents: Contents, options: RecordOptions = {}): TestRecord {
    return new TestRecord(hold(slotOfContents(contents, options)));
  }

  get #slot(): Slot {
    return slotAt(this.index);
  }

  /** What the record holds now, for a comparison. */
  get contents(): PlainContents {
    return plainOf(this.#slot.value);
  }

  /** The key that was asked for as the new one; null if none was. */
  get renamedTo(): string | null {
    const { renamedTo } = this.#slot;
    return renamedTo === null ? null : named(renamedTo);
  }

  /** Whether it was asked that the key be deleted. */
  get deleted(): boolean {
    return this.#slot.deleted;
  }

  /** The other keys that were asked to be written. */
  get emitted(): { [key: string]: PlainContents & { expiresAt: number | null } } {
    const entries = this.#slot.emitted.map(({ key, value, expiresAt }) => [
      named(key),
      { ...plainOf(value), expiresAt },
    ]);
    return Object.fromEntries(entries);
  }

  /** The other keys that were asked to be deleted. */
  get removed(): string[] {
    return this.#slot.removed.map(named);
  }
}

/** Makes the slot of a record. */
export function slotOfContents(contents: Contents, { key = "key", expiresAt = null, lookups = {} }: RecordOptions): Slot {
  const slot = slotOf({ key: bytesOf(key, "a key"), value: valueOf(contents), expiresAt });
  for (const [name, found] of Object.entries(lookups)) {
    const bytes = bytesOf(name, "a key");
    const entry = found === null ? null : { key: bytes, value: valueOf(found), expiresAt: null };
    slot.lookups.set(keyOf(bytes), entry);
  }
  return slot;
}
