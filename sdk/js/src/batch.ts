// The whole batch at once, which is the fast way.
import { columns, records } from "#host";
import { bytesOf, checkedCount, checkedData, checkedMillis, checkedText, shown, type Data } from "./data.ts";
import type { ValueKind } from "./host/contract.ts";
import { Reject, Skip } from "./outcome.ts";
import { Record } from "./record.ts";
import { unhandled } from "./unhandled.ts";
import { fromHost, toHost } from "./value-host.ts";
import type { NewValue, Value } from "./value.ts";
import { say, sayThrown, verdictOf } from "./verdict.ts";

const NAME = "the name of a field";

/**
 * The records of a batch, by columns: one call of the host for as many records as there are. It is what `migrateBatch`
 * and `revertBatch` are given. A column is an array with a place for each record, in order, and null where there is
 * nothing.
 *
 * What cannot be done for a record fails that record alone: a value of another kind, bytes that are not UTF-8 where
 * text was asked for, a key that no capability grants, an element of a column that cannot be written. An error that
 * the function does not handle fails all of them.
 */
export class Batch implements Iterable<Record> {
  /** How many records there are; they are numbered from 0. */
  readonly length: number;

  /** @internal */
  constructor(length: number) {
    this.length = length;
  }

  /** Returns one of the records. Throws a RangeError for a number that none has. */
  record(i: number): Record {
    return new Record(this.#checked(i));
  }

  /** Walks the records. */
  *[Symbol.iterator](): Generator<Record, void, undefined> {
    for (let i = 0; i < this.length; i += 1) {
      yield new Record(i);
    }
  }

  /**
   * Makes a column of another one, an element at a time. Where the function returns or throws what `skip` or `reject`
   * made, that is said of the record; where it throws an error, the record fails. Such a record has null in the new column.
   */
  map<T, U>(column: T[], make: (element: T, i: number) => U | Skip | Reject): (U | null)[] {
    return this.#whole(column).map((element, i) => {
      try {
        const made = make(element, i);
        if (typeof made !== "object" || !(made instanceof Skip || made instanceof Reject)) {
          return made as U;
        }
        say(verdictOf(i), made);
      } catch (error) {
        sayThrown(verdictOf(i), error);
      }
      return null;
    });
  }

  /** Says that a record is none of the transform's business; its edits are dropped. */
  skip(i: number, reason: string): void {
    records.skip(this.#checked(i), checkedText(reason, "the reason of a skip"));
  }

  /**
   * Says that a record should have been transformed and cannot be; it goes to the quarantine. The code is a short stable
   * word for counting.
   */
  reject(i: number, code: string, message: string): void {
    const checkedCode = checkedText(code, "the code of a reject");
    records.reject(this.#checked(i), checkedCode, checkedText(message, "the message of a reject"));
  }

  /** Returns the keys as texts; null where a key is not UTF-8, which fails that record. */
  keys(): (string | null)[] {
    return columns.keysText();
  }

  /** Returns the keys as bytes. */
  keysBytes(): Uint8Array[] {
    return columns.keys();
  }

  /** Returns the kinds of the values. */
  kinds(): ValueKind[] {
    return columns.kinds();
  }

  /** Returns when the keys expire, Unix milliseconds; null where one does not. */
  expiries(): (number | null)[] {
    return columns.expiries();
  }

  /** Sets when the keys expire, Unix milliseconds; null makes one persistent. */
  setExpiries(at: (number | null)[]): void {
    columns.setExpiries(this.#whole(at).map((one, i) => this.#element(i, () => checkedMillis(one, "an expiry"))));
  }

  /** Returns the values of text records as texts; null where one is not UTF-8, which fails that record. */
  texts(): (string | null)[] {
    return columns.textsText();
  }

  /** Returns the values of text records as bytes; null where the record is no text, which fails that record. */
  textsBytes(): (Uint8Array | null)[] {
    return columns.texts();
  }

  /** Sets the values of text records; null leaves a record alone. */
  setTexts(values: (Data | null)[]): void {
    this.#write(values, "a text", columns.setTextsText, columns.setTexts);
  }

  /** Returns a field of every hash as text; null where there is no such field, or it is not UTF-8, which fails that record. */
  fields(name: string): (string | null)[] {
    return columns.fieldsText(checkedText(name, NAME));
  }

  /** Returns a field of every hash as bytes; null where there is no such field. */
  fieldsBytes(name: Data): (Uint8Array | null)[] {
    return columns.fields(bytesOf(name, NAME));
  }

  /** Sets a field of every hash; null leaves a record's field alone. A field keeps its own expiry. */
  setFields(name: Data, values: (Data | null)[]): void {
    const checked = checkedData(name, NAME);
    this.#write(
      values,
      "the value of a field",
      typeof checked === "string" ? (texts) => columns.setFieldsText(checked, texts) : null,
      (bytes) => columns.setFields(bytesOf(checked, NAME), bytes),
    );
  }

  /** Renames a field of every hash, where it is there. */
  renameFields(from: Data, to: Data): void {
    const checkedFrom = checkedData(from, NAME);
    const checkedTo = checkedData(to, NAME);
    if (typeof checkedFrom === "string" && typeof checkedTo === "string") {
      columns.renameFieldsText(checkedFrom, checkedTo);
    } else {
      columns.renameFields(bytesOf(checkedFrom, NAME), bytesOf(checkedTo, NAME));
    }
  }

  /** Removes a field of every hash, where it is there. */
  deleteFields(name: Data): void {
    const checked = checkedData(name, NAME);
    if (typeof checked === "string") {
      columns.removeFieldsText(checked);
    } else {
      columns.removeFields(checked);
    }
  }

  /** Returns the whole values, of whatever kind. */
  values(): Value[] {
    return columns.values().map(fromHost);
  }

  /** Sets whole values; null leaves a record alone. */
  setValues(values: (NewValue | null)[]): void {
    const checked = (value: NewValue | null) => (value === null ? null : toHost(value));
    columns.setValues(this.#whole(values).map((value, i) => this.#element(i, () => checked(value))));
  }

  /** Asks for keys to be renamed; null leaves a record alone. Needs `write` on the new keys. */
  rename(keys: (Data | null)[]): void {
    this.#write(keys, "a key", columns.renameText, columns.rename);
  }

  /** Asks for the keys to be deleted for which it says so. */
  delete(which: boolean[]): void {
    columns.delete(this.#whole(which).map(Boolean));
  }

  /** Writes a column as texts if all of it is text, and as bytes otherwise. */
  #write(
    values: (Data | null)[],
    what: string,
    asTexts: ((texts: (string | null)[]) => void) | null,
    asBytes: (bytes: (Uint8Array | null)[]) => void,
  ): void {
    const column = this.#whole(values);
    if (asTexts !== null && allText(column)) {
      asTexts(column);
      return;
    }
    const checked = column.map((value, i) =>
      value === null || value === undefined ? null : this.#element(i, () => checkedData(value, what)),
    );
    if (asTexts !== null && allText(checked)) {
      asTexts(checked);
    } else {
      asBytes(checked.map((value) => (value === null ? null : bytesOf(value, what))));
    }
  }

  /** Checks an element of a column; null where it cannot be written, which fails that record. */
  #element<T>(i: number, check: () => T): T | null {
    try {
      return check();
    } catch (error) {
      records.fail(i, unhandled(error));
      return null;
    }
  }

  /** Checks that a column has a place for each record. */
  #whole<T>(column: T[]): T[] {
    if (!Array.isArray(column) || column.length !== this.length) {
      const given = Array.isArray(column) ? `has ${column.length} places` : `is ${shown(column)}`;
      throw new RangeError(`a column ${given}; an array with a place for each of the ${this.length} records is needed`);
    }
    return column;
  }

  #checked(i: number): number {
    if (checkedCount(i, "the number of a record") >= this.length) {
      throw new RangeError(`there is no record ${i} in a batch of ${this.length}`);
    }
    return i;
  }
}

/**
 * Says whether a column can go to the host as texts. One check of all texts stays in compiled code; the line breaks keep
 * halves of surrogate pairs apart.
 */
function allText(column: (Data | null)[]): column is (string | null)[] {
  for (const element of column) {
    if (typeof element !== "string" && element !== null) {
      return false;
    }
  }
  return column.join("\n").isWellFormed();
}
