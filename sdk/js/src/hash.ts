// The fields of a hash.
import { hashes } from "#host";
import { bytesOf, checkedData, checkedMillis, utf8, type Data } from "./data.ts";
import { Part } from "./part.ts";
import type { HashField } from "./value.ts";

const NAME = "the name of a field";
const VALUE = "the value of a field";

/**
 * The fields of a hash, used like a Map of texts. Iterating over it gives `[name, value]`. Reading as text throws a
 * HostError `not-text` where the bytes are not UTF-8; `getBytes` and `fields` read any bytes.
 *
 * While it is iterated over, fields may be set and added; one that is removed or renamed ends the iteration with an
 * error. Iterate over a copy then: `for (const name of [...record.hash.keys()])`.
 */
export class Hash extends Part implements Iterable<[string, string]> {
  /** The number of fields. */
  get size(): number {
    return hashes.len(this.index);
  }

  /** Returns the value of a field as text; null if there is no such field. */
  get(name: Data): string | null {
    const checked = checkedData(name, NAME);
    if (typeof checked === "string") {
      return hashes.getText(this.index, checked);
    }
    const value = hashes.get(this.index, checked);
    return value === null ? null : utf8.decode(value);
  }

  /** Returns the value of a field as bytes; null if there is no such field. */
  getBytes(name: Data): Uint8Array | null {
    return hashes.get(this.index, bytesOf(name, NAME));
  }

  /** Sets a field, which keeps its own expiry, unlike with HSET. A new one is added at the end. */
  set(name: Data, value: Data): void {
    const checkedName = checkedData(name, NAME);
    const checkedValue = checkedData(value, VALUE);
    if (typeof checkedName === "string" && typeof checkedValue === "string") {
      hashes.setText(this.index, checkedName, checkedValue);
    } else {
      hashes.set(this.index, bytesOf(checkedName, NAME), bytesOf(checkedValue, VALUE));
    }
  }

  /**
   * Renames a field, which keeps its value, its expiry and its place. A field that has the new name is replaced; a field
   * that is not there is left alone.
   */
  rename(from: Data, to: Data): void {
    this.moved();
    const checkedFrom = checkedData(from, NAME);
    const checkedTo = checkedData(to, NAME);
    if (typeof checkedFrom === "string" && typeof checkedTo === "string") {
      hashes.renameText(this.index, checkedFrom, checkedTo);
    } else {
      hashes.rename(this.index, bytesOf(checkedFrom, NAME), bytesOf(checkedTo, NAME));
    }
  }

  /** Removes a field, if it is there. */
  delete(name: Data): void {
    this.moved();
    const checked = checkedData(name, NAME);
    if (typeof checked === "string") {
      hashes.removeText(this.index, checked);
    } else {
      hashes.remove(this.index, checked);
    }
  }

  /** Says whether there is a field of this name. */
  has(name: Data): boolean {
    const checked = checkedData(name, NAME);
    return typeof checked === "string"
      ? hashes.containsText(this.index, checked)
      : hashes.contains(this.index, checked);
  }

  /** Removes all fields. */
  clear(): void {
    this.moved();
    hashes.clear(this.index);
  }

  /** Walks the names as texts. */
  keys(): Generator<string, void, undefined> {
    return this.pages((start, limit) => hashes.namesText(this.index, start, limit));
  }

  /** Walks the names as bytes. */
  keysBytes(): Generator<Uint8Array, void, undefined> {
    return this.pages((start, limit) => hashes.names(this.index, start, limit));
  }

  /** Walks the names and values as texts. */
  entries(): Generator<[string, string], void, undefined> {
    return this.pages((start, limit) => hashes.fieldsText(this.index, start, limit));
  }

  /** Walks the names and values as texts. */
  [Symbol.iterator](): Generator<[string, string], void, undefined> {
    return this.entries();
  }

  /** Walks the fields as bytes, with their expiries. */
  fields(): Generator<HashField, void, undefined> {
    return this.pages((start, limit) => hashes.fields(this.index, start, limit));
  }

  /** Returns all fields as an object of texts. */
  toObject(): { [name: string]: string } {
    return Object.fromEntries(this.entries());
  }

  /** Returns when a field expires, Unix milliseconds; null if it does not, or is not there. */
  expiresAt(name: Data): number | null {
    return hashes.expiresAt(this.index, bytesOf(name, NAME));
  }

  /**
   * Sets when a field expires, Unix milliseconds; null makes it persistent. Throws a HostError `invalid-argument` if
   * there is no such field, or for zero.
   */
  setExpiresAt(name: Data, at: number | null): void {
    hashes.setExpiresAt(this.index, bytesOf(name, NAME), checkedMillis(at, "the expiry of a field"));
  }
}
