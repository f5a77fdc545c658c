// The stand-in for the functions of hashes.
import type { HashesHost, WitField } from "../host/contract.ts";
import { encodeUtf8, same, shown, textOf } from "./bytes.ts";
import { editable, expiry, invalid, slotAt, valueOf } from "./state.ts";

const fieldsOf = (i: number): WitField[] => valueOf(slotAt(i), "hash");
const editableFields = (i: number): WitField[] => valueOf(editable(i), "hash");

function find(fields: WitField[], name: Uint8Array): WitField | undefined {
  return fields.find((field) => same(field.name, name));
}

function remove(fields: WitField[], name: Uint8Array): void {
  const place = fields.findIndex((field) => same(field.name, name));
  if (place >= 0) {
    fields.splice(place, 1);
  }
}

const nameText = ({ name }: WitField): string => textOf(name, `the field name ${shown(name)}`);
const valueText = ({ name, value }: WitField): string => textOf(value, `the field ${shown(name)}`);

/** The functions of hashes. */
export const hashes: HashesHost = {
  get: (i, name) => find(fieldsOf(i), name)?.value ?? null,
  getText(i, name) {
    const field = find(fieldsOf(i), encodeUtf8(name));
    return field === undefined ? null : valueText(field);
  },
  set(i, name, value) {
    const fields = editableFields(i);
    const field = find(fields, name);
    if (field === undefined) {
      fields.push({ name, value, expiresAt: null });
    } else {
      field.value = value;
    }
  },
  setText: (i, name, value) => hashes.set(i, encodeUtf8(name), encodeUtf8(value)),
  rename(i, from, to) {
    const fields = editableFields(i);
    const field = find(fields, from);
    if (field !== undefined && !same(from, to)) {
      remove(fields, to);
      field.name = to;
    }
  },
  renameText: (i, from, to) => hashes.rename(i, encodeUtf8(from), encodeUtf8(to)),
  remove: (i, name) => remove(editableFields(i), name),
  removeText: (i, name) => hashes.remove(i, encodeUtf8(name)),
  contains: (i, name) => find(fieldsOf(i), name) !== undefined,
  containsText: (i, name) => hashes.contains(i, encodeUtf8(name)),
  len: (i) => fieldsOf(i).length,
  clear: (i) => void editableFields(i).splice(0),
  names: (i, start, limit) => hashes.fields(i, start, limit).map(({ name }) => name),
  namesText: (i, start, limit) => hashes.fields(i, start, limit).map(nameText),
  fields: (i, start, limit) => fieldsOf(i).slice(start, start + limit).map((field) => ({ ...field })),
  fieldsText: (i, start, limit) =>
    hashes.fields(i, start, limit).map((field) => [nameText(field), valueText(field)]),
  expiresAt: (i, name) => find(fieldsOf(i), name)?.expiresAt ?? null,
  setExpiresAt(i, name, at) {
    const checked = expiry(at);
    const field = find(editableFields(i), name);
    if (field === undefined) {
      throw invalid("expiry of a field", `there is no field ${shown(name)}`);
    }
    field.expiresAt = checked;
  },
};
