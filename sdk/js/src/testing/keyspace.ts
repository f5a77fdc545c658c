// A keyspace in a test, for programs.
import { bytesOf, type Data } from "../data.ts";
import { keyOf } from "./bytes.ts";
import { named, plain, plainOf, valueOf, type Contents, type PlainContents } from "./contents.ts";
import { put, space } from "./program.ts";

/**
 * A keyspace in memory, to call a program with. There is one at a time: a new one takes the place of the one before, and
 * begins another run.
 *
 * ```js
 * const keyspace = TestKeyspace.of({ "member:1": { hash: { team: "red" } } });
 * run();
 * assert.deepEqual(keyspace.get("member:1"), { hash: { team: "red", number: "1" } });
 * ```
 */
export class TestKeyspace {
  /** Makes a keyspace of what keys hold. A run that is resumed has the checkpoint that is given. */
  static of(entries: { readonly [key: string]: Contents }, resumedFrom: Data | null = null): TestKeyspace {
    Object.assign(space, {
      entries: new Map(),
      migrated: new Set(),
      scans: new Map(),
      progress: null,
      checkpoint: null,
      resumedFrom: resumedFrom === null ? null : bytesOf(resumedFrom, "the checkpoint"),
      backups: [],
      verdict: null,
    });
    const keyspace = new TestKeyspace();
    for (const [key, contents] of Object.entries(entries)) {
      keyspace.put(key, contents);
    }
    return keyspace;
  }

  /** Writes a key, as an application would: what a program read before is then in conflict. */
  put(key: Data, contents: Contents, expiresAt: number | null = null): void {
    put({ key: bytesOf(key, "a key"), value: valueOf(contents), expiresAt });
  }

  /** Returns what a key holds, for a comparison; null if it is not there. */
  get(key: Data): PlainContents | null {
    const stored = space.entries.get(keyOf(bytesOf(key, "a key")));
    return stored === undefined ? null : plainOf(stored.value);
  }

  /** Returns when a key expires, Unix milliseconds; null if it does not, or is not there. */
  expiresAt(key: Data): number | null {
    return space.entries.get(keyOf(bytesOf(key, "a key")))?.expiresAt ?? null;
  }

  /** The keys that are there. */
  get keys(): string[] {
    return [...space.entries.values()].map(({ key }) => named(key));
  }

  /** What the operator was told last; null if nothing. */
  get progress(): { done: number; total: number | null } | null {
    return space.progress;
  }

  /** The last checkpoint; null if there was none. */
  get checkpoint(): string | Uint8Array | null {
    return space.checkpoint === null ? null : plain(space.checkpoint);
  }

  /** The names of the backups that were taken. */
  get backups(): string[] {
    return [...space.backups];
  }
}
