// The members of a sorted set with their scores.
import { sortedSets } from "#host";
import { bytesOf, checkedData, type Data } from "./data.ts";
import { Part } from "./part.ts";
import { checkedScore } from "./value-host.ts";
import type { Scored } from "./value.ts";

const MEMBER = "a member";

/**
 * The members of a sorted set with their scores, used like a Map of numbers. Iterating over it gives `[member, score]`
 * in ZRANGE's order: the lowest score first, equal scores by the member's bytes. It throws a HostError `not-text` where
 * a member is not UTF-8; `entriesBytes` walks any bytes.
 *
 * Every edit while it is iterated over ends the iteration with an error. Iterate over a copy then:
 * `for (const [member, score] of [...record.sortedSet])`.
 */
export class SortedSet extends Part implements Iterable<[string, number]> {
  /** The number of members. */
  get size(): number {
    return sortedSets.len(this.index);
  }

  /** Returns the score of a member; null if there is no such member. */
  get(member: Data): number | null {
    const checked = checkedData(member, MEMBER);
    return typeof checked === "string"
      ? sortedSets.scoreText(this.index, checked)
      : sortedSets.score(this.index, checked);
  }

  /** Adds a member with its score, or sets the score of a member. Throws a HostError `invalid-argument` for NaN. */
  set(member: Data, score: number): void {
    this.moved();
    const checked = checkedData(member, MEMBER);
    if (typeof checked === "string") {
      sortedSets.addText(this.index, checked, checkedScore(score));
    } else {
      sortedSets.add(this.index, checked, checkedScore(score));
    }
  }

  /** Says whether there is such a member. */
  has(member: Data): boolean {
    return sortedSets.contains(this.index, bytesOf(member, MEMBER));
  }

  /** Removes a member, if it is there. */
  delete(member: Data): void {
    this.moved();
    const checked = checkedData(member, MEMBER);
    if (typeof checked === "string") {
      sortedSets.removeText(this.index, checked);
    } else {
      sortedSets.remove(this.index, checked);
    }
  }

  /** Renames a member, which keeps its score, if it is there. A member that has the new name is replaced. */
  rename(from: Data, to: Data): void {
    this.moved();
    sortedSets.rename(this.index, bytesOf(from, MEMBER), bytesOf(to, MEMBER));
  }

  /** Removes all members. */
  clear(): void {
    this.moved();
    sortedSets.clear(this.index);
  }

  /** Walks the members as texts with their scores. */
  entries(): Generator<[string, number], void, undefined> {
    return this.pages((start, limit) => sortedSets.membersText(this.index, start, limit));
  }

  /** Walks the members as texts with their scores. */
  [Symbol.iterator](): Generator<[string, number], void, undefined> {
    return this.entries();
  }

  /** Walks the members as bytes with their scores. */
  entriesBytes(): Generator<Scored, void, undefined> {
    return this.pages((start, limit) => sortedSets.members(this.index, start, limit));
  }
}
