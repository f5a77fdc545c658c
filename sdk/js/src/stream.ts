// The entries of a stream.
import { streams } from "#host";
import { bytesOf, checkedData, utf8, type Data } from "./data.ts";
import { Part } from "./part.ts";
import { formatStreamId, parseStreamId, type StreamId } from "./stream-id.ts";
import { fieldsToHost } from "./value-host.ts";
import { streamFields, type Fields, type StreamEntry, type StreamField } from "./value.ts";

const NAME = "the name of a field";
const VALUE = "the value of a field";

/** A consumer group of a stream. */
export interface StreamGroup {
  /** Its name. */
  name: Uint8Array;
  /** The last id that was delivered to it. */
  lastId: StreamId;
  /** How many entries were delivered and not acknowledged. */
  pending: number;
  /** How many consumers it knows. */
  consumers: number;
}

/**
 * The entries of a stream, by their ids, which are texts such as `1526919030474-55`. Consumer groups, consumers and
 * what is pending stay as they are. Iterating over it gives `[id, fields]` with fields as `[name, value]` pairs of
 * texts, for a name may occur more than once; it throws a HostError `not-text` where one is not UTF-8.
 *
 * While it is iterated over, entries may be edited and added; one that is removed ends the iteration with an error.
 * Iterate over a copy then: `for (const id of [...record.stream.ids()])`.
 */
export class Stream extends Part implements Iterable<[StreamId, [string, string][]]> {
  /** The number of entries. */
  get size(): number {
    return streams.len(this.index);
  }

  /** The last id that was given out. */
  get lastId(): StreamId {
    return formatStreamId(streams.lastId(this.index));
  }

  /** Returns the fields of an entry as texts; null if there is no such entry. */
  get(id: StreamId): [string, string][] | null {
    const fields = this.getBytes(id);
    return fields === null ? null : texts(fields);
  }

  /** Returns the fields of an entry as bytes; null if there is no such entry. */
  getBytes(id: StreamId): StreamField[] | null {
    return streams.get(this.index, parseStreamId(id));
  }

  /** Returns the first field of this name of an entry as text; null if there is none. */
  field(id: StreamId, name: Data): string | null {
    const checked = checkedData(name, NAME);
    if (typeof checked === "string") {
      return streams.fieldText(this.index, parseStreamId(id), checked);
    }
    const value = streams.field(this.index, parseStreamId(id), checked);
    return value === null ? null : utf8.decode(value);
  }

  /** Returns the first field of this name of an entry as bytes; null if there is none. */
  fieldBytes(id: StreamId, name: Data): Uint8Array | null {
    return streams.field(this.index, parseStreamId(id), bytesOf(name, NAME));
  }

  /**
   * Replaces the fields of an entry, which keeps its id and what is pending of it. Throws a HostError
   * `invalid-argument` if there is no such entry, and without a field.
   */
  set(id: StreamId, fields: Fields): void {
    streams.set(this.index, parseStreamId(id), fieldsToHost(streamFields(fields)));
  }

  /** Sets a field of an entry, at the end if it is new. Throws a HostError `invalid-argument` if there is no such entry. */
  setField(id: StreamId, name: Data, value: Data): void {
    const checkedName = checkedData(name, NAME);
    const checkedValue = checkedData(value, VALUE);
    if (typeof checkedName === "string" && typeof checkedValue === "string") {
      streams.setFieldText(this.index, parseStreamId(id), checkedName, checkedValue);
    } else {
      streams.setField(this.index, parseStreamId(id), bytesOf(checkedName, NAME), bytesOf(checkedValue, VALUE));
    }
  }

  /** Renames the fields of this name of an entry. Throws a HostError `invalid-argument` if there is no such entry. */
  renameField(id: StreamId, from: Data, to: Data): void {
    streams.renameField(this.index, parseStreamId(id), bytesOf(from, NAME), bytesOf(to, NAME));
  }

  /**
   * Removes the fields of this name of an entry. Throws a HostError `invalid-argument` if there is no such entry, or no
   * field would be left.
   */
  deleteField(id: StreamId, name: Data): void {
    streams.removeField(this.index, parseStreamId(id), bytesOf(name, NAME));
  }

  /** Adds an entry at the end. Throws a HostError `invalid-argument` unless its id is larger than the last one. */
  add(id: StreamId, fields: Fields): void {
    streams.add(this.index, parseStreamId(id), fieldsToHost(streamFields(fields)));
  }

  /** Removes an entry, if it is there. Groups keep what is pending of it, as with XDEL. */
  delete(id: StreamId): void {
    this.moved();
    streams.remove(this.index, parseStreamId(id));
  }

  /** Walks the ids of the entries. */
  *ids(): Generator<StreamId, void, undefined> {
    for (const id of this.pages((start, limit) => streams.ids(this.index, start, limit))) {
      yield formatStreamId(id);
    }
  }

  /** Walks the entries with their fields as texts. */
  *entries(): Generator<[StreamId, [string, string][]], void, undefined> {
    for (const { id, fields } of this.entriesBytes()) {
      yield [id, texts(fields)];
    }
  }

  /** Walks the entries with their fields as texts. */
  [Symbol.iterator](): Generator<[StreamId, [string, string][]], void, undefined> {
    return this.entries();
  }

  /** Walks the entries with their fields as bytes. */
  *entriesBytes(): Generator<StreamEntry, void, undefined> {
    for (const { id, fields } of this.pages((start, limit) => streams.entries(this.index, start, limit))) {
      yield { id: formatStreamId(id), fields };
    }
  }

  /** Returns the consumer groups. */
  groups(): StreamGroup[] {
    return streams.groups(this.index).map((group) => ({ ...group, lastId: formatStreamId(group.lastId) }));
  }
}

function texts(fields: StreamField[]): [string, string][] {
  return fields.map(({ name, value }) => [utf8.decode(name), utf8.decode(value)]);
}
