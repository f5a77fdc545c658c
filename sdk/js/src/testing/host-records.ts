// The stand-in for the functions that every record has.
import type { RecordsHost, Unhandled, WitValue } from "../host/contract.ts";
import { HostError } from "../host-error.ts";
import { encodeUtf8, keyOf, same, shown, textOf } from "./bytes.ts";
import { editable, expiry, hold, slotAt, slotOf, state } from "./state.ts";
import { checkValue, sizeOf } from "./values.ts";

/** The functions that every record has. */
export const records: RecordsHost = {
  key: (i) => slotAt(i).key,
  keyText: (i) => textOf(slotAt(i).key, "the key"),
  kind: (i) => slotAt(i).value.tag,
  size: (i) => sizeOf(slotAt(i).value),
  seed: (i) => seedOf(slotAt(i).key),
  expiresAt: (i) => slotAt(i).expiresAt,
  setExpiresAt(i, at) {
    const checked = expiry(at);
    editable(i).expiresAt = checked;
  },
  ttl(i) {
    const at = slotAt(i).expiresAt;
    return at === null ? null : Math.max(0, at - state.nowMs);
  },
  setTtl(i, ms) {
    const checked = expiry(ms);
    editable(i).expiresAt = checked === null ? null : state.nowMs + checked;
  },
  getValue: (i) => structuredClone(slotAt(i).value),
  setValue(i, value) {
    const slot = editable(i);
    slot.value = structuredClone(checkValue(value));
  },
  rename(i, key) {
    const slot = editable(i);
    slot.renamedTo = same(key, slot.key) ? null : key;
  },
  renameText: (i, key) => records.rename(i, encodeUtf8(key)),
  delete(i) {
    editable(i).deleted = true;
  },
  emit(i, key: Uint8Array, value: WitValue, expiresAt: number | null) {
    const entry = { key, value: structuredClone(checkValue(value)), expiresAt: expiry(expiresAt) };
    editable(i).emitted.push(entry);
  },
  remove: (i, key) => void editable(i).removed.push(key),
  removeText: (i, key) => records.remove(i, encodeUtf8(key)),
  ask: (i, key) => void slotAt(i).asked.push(key),
  askText: (i, key) => records.ask(i, encodeUtf8(key)),
  lookup(i, key) {
    const entry = slotAt(i).lookups.get(keyOf(key));
    if (entry === undefined) {
      throw new HostError("not-looked-up", `key ${shown(key)} was not asked for in lookups`);
    }
    return entry === null ? null : hold({ ...slotOf(entry), editable: false });
  },
  lookupText: (i, key) => records.lookup(i, encodeUtf8(key)),
  skip(i, reason) {
    slotAt(i).verdict = { skip: reason };
  },
  reject(i, code, message) {
    slotAt(i).verdict = { reject: code, message };
  },
  fail(i, error: Unhandled) {
    slotAt(i).verdict = { fail: error.message, code: error.code };
  },
};

/** Hashes a key with the run's seed: FNV-1a with 53 bits. The real host has another hash. */
function seedOf(key: Uint8Array): number {
  let hash = 0xcbf29ce484222325n ^ BigInt(state.seed);
  for (const byte of key) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return Number(hash >> 11n);
}
