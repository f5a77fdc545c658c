// The stand-in for the functions of streams. Groups are given by the test and stay as they are.
import type { StreamsHost, WitStream, WitStreamEntry, WitStreamGroup, WitStreamId } from "../host/contract.ts";
import { encodeUtf8, same, shown, textOf } from "./bytes.ts";
import { editable, invalid, slotAt, valueOf } from "./state.ts";
import { checkFields, compareIds } from "./values.ts";

/** A stream in the stand-in: the contract's whole value has no groups. */
export interface StandInStream extends WitStream {
  groups?: WitStreamGroup[];
}

const streamOf = (i: number): StandInStream => valueOf(slotAt(i), "stream");
const editableStream = (i: number): StandInStream => valueOf(editable(i), "stream");
const show = ({ ms, seq }: WitStreamId): string => `${ms}-${seq}`;

function find(stream: WitStream, id: WitStreamId): WitStreamEntry | undefined {
  return stream.entries.find((entry) => compareIds(entry.id, id) === 0);
}

/** Returns an entry for an edit, or refuses if there is none. */
function editableEntry(i: number, id: WitStreamId): WitStreamEntry {
  const entry = find(editableStream(i), id);
  if (entry === undefined) {
    throw invalid("stream id", `there is no entry ${show(id)}`);
  }
  return entry;
}

/** The functions of streams. */
export const streams: StreamsHost = {
  len: (i) => streamOf(i).entries.length,
  lastId: (i) => streamOf(i).lastId,
  ids: (i, start, limit) => streams.entries(i, start, limit).map(({ id }) => id),
  entries: (i, start, limit) => structuredClone(streamOf(i).entries.slice(start, start + limit)),
  get: (i, id) => structuredClone(find(streamOf(i), id)?.fields ?? null),
  field(i, id, name) {
    const fields = find(streamOf(i), id)?.fields ?? [];
    return fields.find((field) => same(field.name, name))?.value ?? null;
  },
  fieldText(i, id, name) {
    const value = streams.field(i, id, encodeUtf8(name));
    return value === null ? null : textOf(value, `the field ${shown(encodeUtf8(name))} of the entry ${show(id)}`);
  },
  set(i, id, fields) {
    checkFields(fields);
    editableEntry(i, id).fields = fields;
  },
  setField(i, id, name, value) {
    const { fields } = editableEntry(i, id);
    const field = fields.find((one) => same(one.name, name));
    if (field === undefined) {
      fields.push({ name, value });
    } else {
      field.value = value;
    }
  },
  setFieldText: (i, id, name, value) => streams.setField(i, id, encodeUtf8(name), encodeUtf8(value)),
  renameField(i, id, from, to) {
    for (const field of editableEntry(i, id).fields) {
      field.name = same(field.name, from) ? to : field.name;
    }
  },
  removeField(i, id, name) {
    const entry = editableEntry(i, id);
    const left = entry.fields.filter((field) => !same(field.name, name));
    checkFields(left);
    entry.fields = left;
  },
  add(i, id, fields) {
    checkFields(fields);
    const stream = editableStream(i);
    if (compareIds(id, stream.lastId) <= 0) {
      const problem = `the id ${show(id)} is not larger than the stream's last id ${show(stream.lastId)}`;
      throw invalid("a new entry", problem);
    }
    stream.entries.push({ id, fields });
    stream.lastId = id;
  },
  remove(i, id) {
    const stream = editableStream(i);
    stream.entries = stream.entries.filter((entry) => compareIds(entry.id, id) !== 0);
  },
  groups: (i) => structuredClone(streamOf(i).groups ?? []),
};
