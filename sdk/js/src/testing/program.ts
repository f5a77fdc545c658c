// The stand-in for the functions of programs, over a keyspace in memory.
import type { Applied, BackupHost, KeyspaceHost } from "../host/contract.ts";
import { keyOf } from "./bytes.ts";
import { matches } from "./pattern.ts";
import { hold, release, slotOf, type Entry, type Slot, type Verdict } from "./state.ts";

/** How many keys a scan lists at once. */
const PAGE = 64;

interface Stored extends Entry {
  /** How often the key was written. */
  version: number;
}

/** The keyspace, and what a program said. */
export const space = {
  entries: new Map<string, Stored>(),
  /** Keys that this run has written. */
  migrated: new Set<string>(),
  scans: new Map<string, Uint8Array[]>(),
  progress: null as { done: number; total: number | null } | null,
  checkpoint: null as Uint8Array | null,
  resumedFrom: null as Uint8Array | null,
  backups: [] as string[],
  verdict: null as Verdict | null,
};

/** Writes a key of the keyspace, as an application would. */
export function put(entry: Entry): void {
  const version = (space.entries.get(keyOf(entry.key))?.version ?? 0) + 1;
  space.entries.set(keyOf(entry.key), { ...structuredClone(entry), version });
}

/** Writes the edits of one record. */
function applyOne(slot: Slot): Applied {
  const name = keyOf(slot.key);
  const stored = space.entries.get(name);
  if (space.migrated.has(name)) {
    return "already";
  }
  if (stored?.version !== slot.version) {
    return "conflict";
  }
  if (!isEdited(slot, stored)) {
    return "unchanged";
  }
  if (slot.deleted || slot.renamedTo !== null) {
    space.entries.delete(name);
  }
  if (!slot.deleted) {
    put({ key: slot.renamedTo ?? slot.key, value: slot.value, expiresAt: slot.expiresAt });
  }
  slot.emitted.forEach(put);
  slot.removed.forEach((key) => space.entries.delete(keyOf(key)));
  space.migrated.add(name);
  return "applied";
}

function isEdited(slot: Slot, stored: Stored): boolean {
  const others = slot.deleted || slot.renamedTo !== null || slot.emitted.length > 0 || slot.removed.length > 0;
  const text = ({ value, expiresAt }: Entry): string => JSON.stringify([value, expiresAt]);
  return others || text(slot) !== text(stored);
}

/** The keyspace for programs. */
export const keyspace: KeyspaceHost = {
  scan(pattern, kind) {
    const query = `${kind} ${keyOf(pattern)}`;
    if (!space.scans.has(query)) {
      const found = [...space.entries.values()].filter(
        ({ key, value }) => matches(keyOf(pattern), keyOf(key)) && (kind === null || value.tag === kind),
      );
      space.scans.set(query, found.map(({ key }) => key));
    }
    const page = space.scans.get(query)!.splice(0, PAGE);
    if (page.length === 0) {
      space.scans.delete(query);
    }
    return page;
  },
  get: (keys) =>
    keys.map((key) => {
      const stored = space.entries.get(keyOf(key));
      return stored === undefined ? null : hold({ ...slotOf(stored), version: stored.version });
    }),
  apply: (records) => records.map(release).map(applyOne),
  release: (records) => void records.forEach(release),
  progress(done, total) {
    space.progress = { done, total };
  },
  checkpoint(state) {
    space.checkpoint = state;
  },
  resumedFrom: () => space.resumedFrom,
  skip(reason) {
    space.verdict = { skip: reason };
  },
  reject(code, message) {
    space.verdict = { reject: code, message };
  },
  fail(error) {
    space.verdict = { fail: error.message, code: error.code };
  },
};

/** Backups for programs. */
export const backup: BackupHost = {
  create(name) {
    space.backups.push(name);
    return name;
  },
};
