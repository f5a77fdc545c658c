// The stand-in for the functions of the whole batch. What cannot be done for a record fails that record alone.
import type { ColumnsHost } from "../host/contract.ts";
import { HostError } from "../host-error.ts";
import { hashes } from "./host-hashes.ts";
import { records } from "./host-records.ts";
import { texts } from "./host-texts.ts";
import { state } from "./state.ts";

/** Reads something of every record; null where the host refuses, which fails that record. */
function read<T>(one: (i: number) => T): (T | null)[] {
  return state.batch.map((_, i) => attempt(i, () => one(i)));
}

/** Edits every record that the column has something for. */
function write<T>(column: (T | null)[], one: (i: number, value: T) => void): void {
  if (column.length !== state.batch.length) {
    throw new Error(`a column has ${column.length} places, the batch ${state.batch.length} records`);
  }
  column.forEach((value, i) => value !== null && attempt(i, () => one(i, value)));
}

function attempt<T>(i: number, action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof HostError)) {
      throw error;
    }
    records.fail(i, { code: error.code, message: error.message, place: null });
    return null;
  }
}

function every(one: (i: number) => void): void {
  state.batch.forEach((_, i) => attempt(i, () => one(i)));
}

/** The functions of the whole batch. */
export const columns: ColumnsHost = {
  keys: () => read(records.key) as Uint8Array[],
  keysText: () => read(records.keyText),
  kinds: () => state.batch.map((_, i) => records.kind(i)),
  expiries: () => read(records.expiresAt),
  setExpiries: (at) => write(at.map((one) => [one]), (i, [one]) => records.setExpiresAt(i, one ?? null)),
  texts: () => read(texts.get),
  textsText: () => read(texts.getText),
  setTexts: (values) => write(values, texts.set),
  setTextsText: (values) => write(values, texts.setText),
  fields: (name) => read((i) => hashes.get(i, name)),
  fieldsText: (name) => read((i) => hashes.getText(i, name)),
  setFields: (name, values) => write(values, (i, value) => hashes.set(i, name, value)),
  setFieldsText: (name, values) => write(values, (i, value) => hashes.setText(i, name, value)),
  renameFields: (from, to) => every((i) => hashes.rename(i, from, to)),
  renameFieldsText: (from, to) => every((i) => hashes.renameText(i, from, to)),
  removeFields: (name) => every((i) => hashes.remove(i, name)),
  removeFieldsText: (name) => every((i) => hashes.removeText(i, name)),
  values: () => state.batch.map((_, i) => records.getValue(i)),
  setValues: (values) => write(values, records.setValue),
  rename: (keys) => write(keys, records.rename),
  renameText: (keys) => write(keys, records.renameText),
  delete: (which) => write(which.map((one) => one || null), records.delete),
};
