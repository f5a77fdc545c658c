// The items of a list.
import { lists } from "#host";
import { bytesOf, checkedData, checkedIndex, type Data } from "./data.ts";
import { Part } from "./part.ts";

const ITEM = "an item";

/**
 * The items of a list, head first. An index from -1 downwards counts from the end; one that names no item throws a
 * HostError `out-of-range`. Iterating over it gives texts, and throws a HostError `not-text` where an item is not UTF-8.
 *
 * While it is iterated over, items may be replaced and added at the end; other edits end the iteration with an error.
 */
export class List extends Part implements Iterable<string> {
  /** The number of items. */
  get length(): number {
    return lists.len(this.index);
  }

  /** Returns an item as text. */
  at(index: number): string {
    return lists.getText(this.index, checkedIndex(index));
  }

  /** Returns an item as bytes. */
  atBytes(index: number): Uint8Array {
    return lists.get(this.index, checkedIndex(index));
  }

  /** Replaces an item. */
  set(index: number, value: Data): void {
    const checked = checkedData(value, ITEM);
    if (typeof checked === "string") {
      lists.setText(this.index, checkedIndex(index), checked);
    } else {
      lists.set(this.index, checkedIndex(index), checked);
    }
  }

  /** Adds an item at the end. */
  push(value: Data): void {
    const checked = checkedData(value, ITEM);
    if (typeof checked === "string") {
      lists.pushText(this.index, checked);
    } else {
      lists.push(this.index, checked);
    }
  }

  /** Adds an item at the beginning. */
  unshift(value: Data): void {
    this.moved();
    lists.pushFront(this.index, bytesOf(value, ITEM));
  }

  /** Inserts an item before the one at an index, which may be the number of items. */
  insert(index: number, value: Data): void {
    this.moved();
    lists.insert(this.index, checkedIndex(index), bytesOf(value, ITEM));
  }

  /** Removes the item at an index. */
  delete(index: number): void {
    this.moved();
    lists.remove(this.index, checkedIndex(index));
  }

  /** Removes all items. */
  clear(): void {
    this.moved();
    lists.clear(this.index);
  }

  /** Walks the items as texts. */
  values(): Generator<string, void, undefined> {
    return this.pages((start, limit) => lists.itemsText(this.index, start, limit));
  }

  /** Walks the items as texts. */
  [Symbol.iterator](): Generator<string, void, undefined> {
    return this.values();
  }

  /** Walks the items as bytes. */
  valuesBytes(): Generator<Uint8Array, void, undefined> {
    return this.pages((start, limit) => lists.items(this.index, start, limit));
  }
}
