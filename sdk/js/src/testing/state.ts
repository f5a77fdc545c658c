// What the stand-in for the host knows: records by number, the run's context, what was logged.
import { HostError } from "../host-error.ts";
import type { Level, ValueKind, WitValue } from "../host/contract.ts";

/** A key with its value and expiry. */
export interface Entry {
  key: Uint8Array;
  value: WitValue;
  expiresAt: number | null;
}

/** What was said of a record. */
export type Verdict =
  | { skip: string }
  | { reject: string; message: string }
  | { fail: string; code: string | null };

/** A record in the hands of a transform. */
export interface Slot extends Entry {
  editable: boolean;
  renamedTo: Uint8Array | null;
  deleted: boolean;
  emitted: Entry[];
  removed: Uint8Array[];
  asked: Uint8Array[];
  /** What can be looked up, by key; null for a key that is not there. */
  lookups: Map<string, Entry | null>;
  verdict: Verdict | null;
  /** How often the key had been written in the stand-in's keyspace when a program read it. */
  version: number;
}

/** Numbers from here on are for records that are in no batch. */
const BESIDE = 2 ** 20;

const held = new Map<number, Slot>();
let next = BESIDE;

/** The stand-in's batch and context. */
export const state = {
  batch: [] as Slot[],
  parameters: {} as object,
  nowMs: 0,
  seed: 0,
  log: [] as { level: Level; message: string }[],
};

/** Makes a slot of an entry. */
export function slotOf(entry: Entry): Slot {
  return {
    ...entry,
    value: structuredClone(entry.value),
    editable: true,
    renamedTo: null,
    deleted: false,
    emitted: [],
    removed: [],
    asked: [],
    lookups: new Map(),
    verdict: null,
    version: 0,
  };
}

/** Gives a slot a number beside the batch. */
export function hold(slot: Slot): number {
  held.set(next, slot);
  next += 1;
  return next - 1;
}

/** Takes a slot back that had a number beside the batch. */
export function release(i: number): Slot {
  const slot = slotAt(i);
  held.delete(i);
  return slot;
}

/** Returns the slot of a record. */
export function slotAt(i: number): Slot {
  const slot = state.batch[i] ?? held.get(i);
  if (slot === undefined) {
    throw new Error(`there is no record ${i}: it was released, or belongs to a batch before this one`);
  }
  return slot;
}

/** Returns the slot of a record for an edit. */
export function editable(i: number): Slot {
  const slot = slotAt(i);
  if (!slot.editable) {
    throw new HostError("invalid-argument", "a record that was looked up: it is read-only; `emit` writes other keys");
  }
  return slot;
}

/** What is inside of a value, by its kind. */
type InsideOf = { [K in ValueKind]: Extract<WitValue, { tag: K }>["val"] };

/** Returns the value of a record, or refuses if it holds another kind. */
export function valueOf<K extends ValueKind>(slot: Slot, kind: K): InsideOf[K] {
  if (slot.value.tag !== kind) {
    throw new HostError("wrong-kind", `this needs a ${kind}, the record holds a ${slot.value.tag}`);
  }
  return slot.value.val as InsideOf[K];
}

/** Refuses an argument. */
export function invalid(what: string, problem: string): HostError {
  return new HostError("invalid-argument", `${what}: ${problem}`);
}

/** Checks an expiry. */
export function expiry(at: number | null): number | null {
  if (at === 0) {
    throw invalid("expiry", "Unix milliseconds above zero are needed, or nothing for none");
  }
  return at;
}
