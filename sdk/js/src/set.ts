// The members of a set.
import { sets } from "#host";
import { bytesOf, checkedData, type Data } from "./data.ts";
import { Part } from "./part.ts";

const MEMBER = "a member";

/**
 * The members of a set, used like a Set of texts. Iterating over it throws a HostError `not-text` where a member is not
 * UTF-8; `valuesBytes` walks any bytes.
 *
 * While it is iterated over, members may be added; one that is removed or renamed ends the iteration with an error.
 * Iterate over a copy then: `for (const member of [...record.set])`.
 */
export class Members extends Part implements Iterable<string> {
  /** The number of members. */
  get size(): number {
    return sets.len(this.index);
  }

  /** Says whether there is such a member. */
  has(member: Data): boolean {
    const checked = checkedData(member, MEMBER);
    return typeof checked === "string"
      ? sets.containsText(this.index, checked)
      : sets.contains(this.index, checked);
  }

  /** Adds a member, if it is not there. */
  add(member: Data): void {
    const checked = checkedData(member, MEMBER);
    if (typeof checked === "string") {
      sets.addText(this.index, checked);
    } else {
      sets.add(this.index, checked);
    }
  }

  /** Removes a member, if it is there. */
  delete(member: Data): void {
    this.moved();
    const checked = checkedData(member, MEMBER);
    if (typeof checked === "string") {
      sets.removeText(this.index, checked);
    } else {
      sets.remove(this.index, checked);
    }
  }

  /** Replaces a member by another one, if it is there. */
  rename(from: Data, to: Data): void {
    this.moved();
    sets.rename(this.index, bytesOf(from, MEMBER), bytesOf(to, MEMBER));
  }

  /** Removes all members. */
  clear(): void {
    this.moved();
    sets.clear(this.index);
  }

  /** Walks the members as texts. */
  values(): Generator<string, void, undefined> {
    return this.pages((start, limit) => sets.membersText(this.index, start, limit));
  }

  /** Walks the members as texts. */
  [Symbol.iterator](): Generator<string, void, undefined> {
    return this.values();
  }

  /** Walks the members as bytes. */
  valuesBytes(): Generator<Uint8Array, void, undefined> {
    return this.pages((start, limit) => sets.members(this.index, start, limit));
  }
}
