// What a program can reach: it lists, reads and writes keys itself.
import { backup as backupHost, keyspace as host } from "#host/program";
import { bytesOf, checkedCount, checkedText, utf8, type Data } from "./data.ts";
import type { Applied, ValueKind } from "./host/contract.ts";
import { Record } from "./record.ts";

const KEY = "a key";

/**
 * The keyspace, for programs, which are modules that export `run`. Every key is checked against what was granted, and a
 * HostError `denied` is thrown for others; `keyspace` if the keyspace could not be read or written.
 */
export const keyspace = {
  /**
   * Walks the keys that match a pattern, all of them or those of one kind. Throws a HostError `not-text` for a key that
   * is not UTF-8; `scanBytes` walks any keys. Needs `scan` on the pattern.
   *
   * The host remembers how far the scan of a pattern and kind is, so there can be only one at a time: a second one goes
   * on where the first one is, and one that was left early is continued by the next.
   */
  *scan(pattern: Data, kind: ValueKind | null = null): Generator<string, void, undefined> {
    for (const key of keyspace.scanBytes(pattern, kind)) {
      yield utf8.decode(key);
    }
  },

  /** Walks the keys that match a pattern as bytes, like `scan`. */
  *scanBytes(pattern: Data, kind: ValueKind | null = null): Generator<Uint8Array, void, undefined> {
    for (const page of keyspace.pages(pattern, kind)) {
      yield* page;
    }
  },

  /** Walks the keys that match a pattern by pages, as bytes, for `getAll` and `applyAll`. */
  *pages(pattern: Data, kind: ValueKind | null = null): Generator<Uint8Array[], void, undefined> {
    const checked = bytesOf(pattern, "a pattern");
    for (;;) {
      const page = host.scan(checked, checkedKind(kind));
      if (page.length === 0) {
        return;
      }
      yield page;
    }
  },

  /** Reads a key; null if it is not there. Needs `read` or `write` on it. */
  get(key: Data): Record | null {
    return keyspace.getAll([key])[0] ?? null;
  },

  /** Reads keys, in order; null for one that is not there. Needs `read` or `write` on each. */
  getAll(keys: Iterable<Data>): (Record | null)[] {
    const checked = Array.from(keys, (key) => bytesOf(key, KEY));
    return host.get(checked).map((index) => (index === null ? null : new Record(index)));
  },

  /**
   * Writes the edits of a record, exactly once per run, and lets the record go, which cannot be used after that. Returns
   * `applied`; `unchanged` if there was nothing to write; `conflict` if the key changed since it was read: get it again;
   * `already` if this run has migrated the key before. Needs `write` on the key.
   */
  apply(record: Record): Applied {
    return keyspace.applyAll([record])[0]!;
  },

  /** Writes the edits of records like `apply`, and returns what became of each, in order. */
  applyAll(records: Iterable<Record>): Applied[] {
    return host.apply(Array.from(records, indexOf));
  },

  /** Lets records go that are not applied. Those that are held count as memory. */
  release(...records: Record[]): void {
    host.release(records.map(indexOf));
  },

  /** Tells the operator how far the program is; the total if it is known. */
  progress(done: number, total: number | null = null): void {
    const checked = total === null ? null : checkedCount(total, "the total");
    host.progress(checkedCount(done, "the progress"), checked);
  },

  /** Remembers how far the program is, for a run that is resumed: everything that was applied before counts as done. */
  checkpoint(state: Data): void {
    host.checkpoint(bytesOf(state, "the state of a checkpoint"));
  },

  /** Returns the last checkpoint of the run that is resumed as text; null if there is none. */
  resumedFrom(): string | null {
    const state = keyspace.resumedFromBytes();
    return state === null ? null : utf8.decode(state);
  },

  /** Returns the last checkpoint of the run that is resumed as bytes; null if there is none. */
  resumedFromBytes(): Uint8Array | null {
    return host.resumedFrom();
  },
};

/** Backups, for programs. */
export const backup = {
  /** Takes a backup and returns its name. Throws a HostError `denied` unless `backup` is granted. */
  create(name: string): string {
    return backupHost.create(checkedText(name, "the name of a backup"));
  },
};

const KINDS: readonly string[] = ["text", "list", "set", "sorted-set", "hash", "stream", "opaque"];

function checkedKind(kind: ValueKind | null): ValueKind | null {
  if (kind !== null && !KINDS.includes(kind)) {
    throw new TypeError(`the kind is ${String(kind)}; one of ${KINDS.join(", ")} is needed`);
  }
  return kind;
}

function indexOf(record: Record): number {
  if (!(record instanceof Record)) {
    throw new TypeError("a record that keyspace.get returned is needed");
  }
  return record.index;
}
