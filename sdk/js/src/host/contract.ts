// The functions of the WIT package as JavaScript sees them: what the sandbox imports, and what the stand-in for unit
// tests implements. Names, order of parameters and shapes are those of componentize-qjs: `u64` is a number, an option
// is null where there is nothing, a variant is `{ tag, val }`. What a function does is told in the WIT files.

/** What kind of value a key holds. */
export type ValueKind = "text" | "list" | "set" | "sorted-set" | "hash" | "stream" | "opaque";

/** Why the host refused. */
export type ErrorCode =
  | "denied"
  | "wrong-kind"
  | "out-of-range"
  | "not-text"
  | "invalid-argument"
  | "over-limit"
  | "not-looked-up"
  | "keyspace";

/** What became of a record that a program applied. */
export type Applied = "applied" | "unchanged" | "conflict" | "already";

/** How important a line of the log is. */
export type Level = "debug" | "info" | "warn";

export interface WitField {
  name: Uint8Array;
  value: Uint8Array;
  expiresAt: number | null;
}

export interface WitScored {
  member: Uint8Array;
  score: number;
}

export interface WitStreamId {
  ms: number;
  seq: number;
}

export interface WitStreamField {
  name: Uint8Array;
  value: Uint8Array;
}

export interface WitStreamEntry {
  id: WitStreamId;
  fields: WitStreamField[];
}

export interface WitStreamGroup {
  name: Uint8Array;
  lastId: WitStreamId;
  pending: number;
  consumers: number;
}

export interface WitStream {
  entries: WitStreamEntry[];
  lastId: WitStreamId;
}

export interface WitOpaque {
  typeId: number;
  module: string | null;
  bytes: Uint8Array;
}

export type WitValue =
  | { tag: "text"; val: Uint8Array }
  | { tag: "list"; val: Uint8Array[] }
  | { tag: "set"; val: Uint8Array[] }
  | { tag: "sorted-set"; val: WitScored[] }
  | { tag: "hash"; val: WitField[] }
  | { tag: "stream"; val: WitStream }
  | { tag: "opaque"; val: WitOpaque };

/** A place in the source of a transform; lines and columns count from 1, column 0 is not known. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

export interface Unhandled {
  code: ErrorCode | null;
  message: string;
  place: Place | null;
}

export interface ContextHost {
  parameters(): string;
  nowMs(): number;
  seed(): number;
  log(level: Level, message: string): void;
}

export interface RecordsHost {
  key(i: number): Uint8Array;
  keyText(i: number): string;
  kind(i: number): ValueKind;
  size(i: number): number;
  seed(i: number): number;
  expiresAt(i: number): number | null;
  setExpiresAt(i: number, at: number | null): void;
  ttl(i: number): number | null;
  setTtl(i: number, ms: number | null): void;
  getValue(i: number): WitValue;
  setValue(i: number, value: WitValue): void;
  rename(i: number, key: Uint8Array): void;
  renameText(i: number, key: string): void;
  delete(i: number): void;
  emit(i: number, key: Uint8Array, value: WitValue, expiresAt: number | null): void;
  remove(i: number, key: Uint8Array): void;
  removeText(i: number, key: string): void;
  ask(i: number, key: Uint8Array): void;
  askText(i: number, key: string): void;
  lookup(i: number, key: Uint8Array): number | null;
  lookupText(i: number, key: string): number | null;
  skip(i: number, reason: string): void;
  reject(i: number, code: string, message: string): void;
  fail(i: number, error: Unhandled): void;
}

export interface TextsHost {
  get(i: number): Uint8Array;
  getText(i: number): string;
  set(i: number, value: Uint8Array): void;
  setText(i: number, value: string): void;
}

export interface JsonHost {
  get(i: number, pointer: string): string | null;
  set(i: number, pointer: string, value: string): void;
  remove(i: number, pointer: string): void;
}

export interface HashesHost {
  get(i: number, name: Uint8Array): Uint8Array | null;
  getText(i: number, name: string): string | null;
  set(i: number, name: Uint8Array, value: Uint8Array): void;
  setText(i: number, name: string, value: string): void;
  rename(i: number, from: Uint8Array, to: Uint8Array): void;
  renameText(i: number, from: string, to: string): void;
  remove(i: number, name: Uint8Array): void;
  removeText(i: number, name: string): void;
  contains(i: number, name: Uint8Array): boolean;
  containsText(i: number, name: string): boolean;
  len(i: number): number;
  clear(i: number): void;
  names(i: number, start: number, limit: number): Uint8Array[];
  namesText(i: number, start: number, limit: number): string[];
  fields(i: number, start: number, limit: number): WitField[];
  fieldsText(i: number, start: number, limit: number): [string, string][];
  expiresAt(i: number, name: Uint8Array): number | null;
  setExpiresAt(i: number, name: Uint8Array, at: number | null): void;
}

export interface ListsHost {
  len(i: number): number;
  get(i: number, index: number): Uint8Array;
  getText(i: number, index: number): string;
  set(i: number, index: number, value: Uint8Array): void;
  setText(i: number, index: number, value: string): void;
  push(i: number, value: Uint8Array): void;
  pushText(i: number, value: string): void;
  pushFront(i: number, value: Uint8Array): void;
  insert(i: number, index: number, value: Uint8Array): void;
  remove(i: number, index: number): void;
  clear(i: number): void;
  items(i: number, start: number, limit: number): Uint8Array[];
  itemsText(i: number, start: number, limit: number): string[];
}

export interface SetsHost {
  len(i: number): number;
  contains(i: number, member: Uint8Array): boolean;
  containsText(i: number, member: string): boolean;
  add(i: number, member: Uint8Array): void;
  addText(i: number, member: string): void;
  remove(i: number, member: Uint8Array): void;
  removeText(i: number, member: string): void;
  rename(i: number, from: Uint8Array, to: Uint8Array): void;
  clear(i: number): void;
  members(i: number, start: number, limit: number): Uint8Array[];
  membersText(i: number, start: number, limit: number): string[];
}

export interface SortedSetsHost {
  len(i: number): number;
  contains(i: number, member: Uint8Array): boolean;
  score(i: number, member: Uint8Array): number | null;
  scoreText(i: number, member: string): number | null;
  add(i: number, member: Uint8Array, score: number): void;
  addText(i: number, member: string, score: number): void;
  remove(i: number, member: Uint8Array): void;
  removeText(i: number, member: string): void;
  rename(i: number, from: Uint8Array, to: Uint8Array): void;
  clear(i: number): void;
  members(i: number, start: number, limit: number): WitScored[];
  membersText(i: number, start: number, limit: number): [string, number][];
}

export interface StreamsHost {
  len(i: number): number;
  lastId(i: number): WitStreamId;
  ids(i: number, start: number, limit: number): WitStreamId[];
  entries(i: number, start: number, limit: number): WitStreamEntry[];
  get(i: number, id: WitStreamId): WitStreamField[] | null;
  field(i: number, id: WitStreamId, name: Uint8Array): Uint8Array | null;
  fieldText(i: number, id: WitStreamId, name: string): string | null;
  set(i: number, id: WitStreamId, fields: WitStreamField[]): void;
  setField(i: number, id: WitStreamId, name: Uint8Array, value: Uint8Array): void;
  setFieldText(i: number, id: WitStreamId, name: string, value: string): void;
  renameField(i: number, id: WitStreamId, from: Uint8Array, to: Uint8Array): void;
  removeField(i: number, id: WitStreamId, name: Uint8Array): void;
  add(i: number, id: WitStreamId, fields: WitStreamField[]): void;
  remove(i: number, id: WitStreamId): void;
  groups(i: number): WitStreamGroup[];
}

export interface ColumnsHost {
  keys(): Uint8Array[];
  keysText(): (string | null)[];
  kinds(): ValueKind[];
  expiries(): (number | null)[];
  setExpiries(at: (number | null)[]): void;
  texts(): (Uint8Array | null)[];
  textsText(): (string | null)[];
  setTexts(values: (Uint8Array | null)[]): void;
  setTextsText(values: (string | null)[]): void;
  fields(name: Uint8Array): (Uint8Array | null)[];
  fieldsText(name: string): (string | null)[];
  setFields(name: Uint8Array, values: (Uint8Array | null)[]): void;
  setFieldsText(name: string, values: (string | null)[]): void;
  renameFields(from: Uint8Array, to: Uint8Array): void;
  renameFieldsText(from: string, to: string): void;
  removeFields(name: Uint8Array): void;
  removeFieldsText(name: string): void;
  values(): WitValue[];
  setValues(values: (WitValue | null)[]): void;
  rename(keys: (Uint8Array | null)[]): void;
  renameText(keys: (string | null)[]): void;
  delete(which: boolean[]): void;
}

export interface KeyspaceHost {
  scan(pattern: Uint8Array, kind: ValueKind | null): Uint8Array[];
  get(keys: Uint8Array[]): (number | null)[];
  apply(records: number[]): Applied[];
  release(records: number[]): void;
  progress(done: number, total: number | null): void;
  checkpoint(state: Uint8Array): void;
  resumedFrom(): Uint8Array | null;
  skip(reason: string): void;
  reject(code: string, message: string): void;
  fail(error: Unhandled): void;
}

export interface BackupHost {
  create(name: string): string;
}
