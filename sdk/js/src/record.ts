// A record: a key with its value and expiry, which stays in the host.
import { records, texts } from "#host";
import { bytesOf, checkedData, checkedMillis, type Data } from "./data.ts";
import { Hash } from "./hash.ts";
import type { ValueKind } from "./host/contract.ts";
import { Json } from "./json.ts";
import { List } from "./list.ts";
import { randomOf } from "./random.ts";
import { Members } from "./set.ts";
import { SortedSet } from "./sorted-set.ts";
import { Stream } from "./stream.ts";
import { fromHost, toHost } from "./value-host.ts";
import type { NewValue, Value } from "./value.ts";

const KEY = "a key";

/**
 * A key with its value and expiry. It is read and edited in the host; nothing is written while a transform runs. What
 * was not changed keeps its bytes, its expiry, and the expiries of its fields.
 *
 * The parts `hash`, `list`, `set`, `sortedSet`, `stream`, `text`, `bytes` and `json` each work on one kind of value, and
 * throw a HostError `wrong-kind` when they are used on another one.
 *
 * A record that was looked up can be read, not edited. No record may be kept for another call.
 */
export class Record {
  /** @internal The number of the record in the host. */
  readonly index: number;
  private hashPart?: Hash;
  private listPart?: List;
  private setPart?: Members;
  private sortedSetPart?: SortedSet;
  private streamPart?: Stream;
  private jsonPart?: Json;
  private numbers?: () => number;

  /** @internal */
  constructor(index: number) {
    this.index = index;
  }

  /** The key under which the record was read, as text. Throws a HostError `not-text` if it is not UTF-8. */
  get key(): string {
    return records.keyText(this.index);
  }

  /** The key under which the record was read, as bytes. */
  get keyBytes(): Uint8Array {
    return records.key(this.index);
  }

  /** The kind of the value: `text`, `list`, `set`, `sorted-set`, `hash`, `stream` or `opaque`. */
  get kind(): ValueKind {
    return records.kind(this.index);
  }

  /** The size of the value: bytes of a text or opaque value, otherwise the number of elements. */
  get size(): number {
    return records.size(this.index);
  }

  /** The seed of the record's own random numbers, rounded to what a number holds: it depends on the run's seed and the key. */
  get seed(): number {
    return records.seed(this.index);
  }

  /** Draws from the record's own random numbers, from 0 up to, and without, 1. They are the same in every run of a seed. */
  random(): number {
    this.numbers ??= randomOf(this.seed);
    return this.numbers();
  }

  /**
   * When the key expires, Unix milliseconds; null if it does not. Setting null makes it persistent. Setting throws a
   * HostError `invalid-argument` for zero.
   */
  get expiresAt(): number | null {
    return records.expiresAt(this.index);
  }
  set expiresAt(at: number | null) {
    records.setExpiresAt(this.index, checkedMillis(at, "the expiry"));
  }

  /**
   * How long the key has left at the run's frozen clock, milliseconds; null if it does not expire. Setting null makes it
   * persistent. Setting throws a HostError `invalid-argument` for zero.
   */
  get ttl(): number | null {
    return records.ttl(this.index);
  }
  set ttl(ms: number | null) {
    records.setTtl(this.index, checkedMillis(ms, "the time that is left"));
  }

  /**
   * The whole value with the edits made so far. Setting it may change the type of the key; it throws a HostError
   * `invalid-argument` if a name occurs twice, a score is NaN, or entries are out of order.
   */
  get value(): Value {
    return fromHost(records.getValue(this.index));
  }
  set value(value: NewValue) {
    records.setValue(this.index, toHost(value));
  }

  /** The value of a text record as text. Reading throws a HostError `not-text` if it is not UTF-8. */
  get text(): string {
    return texts.getText(this.index);
  }
  set text(value: Data) {
    const checked = checkedData(value, "the text");
    if (typeof checked === "string") {
      texts.setText(this.index, checked);
    } else {
      texts.set(this.index, checked);
    }
  }

  /** The value of a text record as bytes. */
  get bytes(): Uint8Array {
    return texts.get(this.index);
  }
  set bytes(value: Data) {
    texts.set(this.index, bytesOf(value, "the bytes"));
  }

  /** The value of a text record as a JSON document. */
  get json(): Json {
    return (this.jsonPart ??= new Json(this.index));
  }

  /** The fields of a hash. */
  get hash(): Hash {
    return (this.hashPart ??= new Hash(this.index));
  }

  /** The items of a list. */
  get list(): List {
    return (this.listPart ??= new List(this.index));
  }

  /** The members of a set. */
  get set(): Members {
    return (this.setPart ??= new Members(this.index));
  }

  /** The members of a sorted set. */
  get sortedSet(): SortedSet {
    return (this.sortedSetPart ??= new SortedSet(this.index));
  }

  /** The entries of a stream. */
  get stream(): Stream {
    return (this.streamPart ??= new Stream(this.index));
  }

  /**
   * Asks for the key to be renamed, together with all other edits. The last call counts. Throws a HostError `denied`
   * unless `write` is granted on the new key.
   */
  rename(key: Data): void {
    const checked = checkedData(key, KEY);
    if (typeof checked === "string") {
      records.renameText(this.index, checked);
    } else {
      records.rename(this.index, checked);
    }
  }

  /** Asks for the key to be deleted. Edits of its value are then without effect. */
  delete(): void {
    records.delete(this.index);
  }

  /**
   * Asks for another key to be written, with its expiry in Unix milliseconds; it does not expire unless one is given.
   * Throws a HostError `denied` unless `write` is granted on it.
   */
  emit(key: Data, value: NewValue, expiresAt: number | null = null): void {
    records.emit(this.index, bytesOf(key, KEY), toHost(value), checkedMillis(expiresAt, "the expiry"));
  }

  /** Asks for another key to be deleted. Throws a HostError `denied` unless `write` is granted on it. */
  remove(key: Data): void {
    const checked = checkedData(key, KEY);
    if (typeof checked === "string") {
      records.removeText(this.index, checked);
    } else {
      records.remove(this.index, checked);
    }
  }

  /**
   * Returns a key that `lookups` had asked for, as a record that can be read; null if there is no such key. Throws a
   * HostError `not-looked-up` for a key that was not asked for.
   */
  lookup(key: Data): Record | null {
    const checked = checkedData(key, KEY);
    const found =
      typeof checked === "string" ? records.lookupText(this.index, checked) : records.lookup(this.index, checked);
    return found === null ? null : new Record(found);
  }
}
