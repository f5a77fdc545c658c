// A text record as a JSON document.
import { json } from "#host";
import { checkedText, shown } from "./data.ts";
import { Part } from "./part.ts";

const POINTER = "a JSON Pointer";
const SOURCE = "a JSON text";

/**
 * Makes a JSON Pointer (RFC 6901) of the names of members and the numbers of items on the way:
 * `pointer("a/b", 0)` is `/a~1b/0`, and `pointer()` the whole document.
 */
export function pointer(...way: (string | number)[]): string {
  return way.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/**
 * A text record as a JSON document. Places in it are JSON Pointers (RFC 6901), such as `/address/city`; the empty one is
 * the whole document. What an edit does not concern keeps its order and spelling to the byte.
 *
 * Everything throws a HostError `invalid-argument` where the text is no JSON, and `not-text` where it is not UTF-8.
 *
 * Numbers are JavaScript's: `4.50` is read as 4.5, and integers beyond 2^53 lose digits. `source` and `setSource` keep
 * them as they are written.
 */
export class Json extends Part {
  /** Returns what is at a place; undefined if there is nothing. JSON's null is null. */
  get<T = any>(pointer: string = ""): T | undefined {
    const source = this.source(pointer);
    return source === null ? undefined : JSON.parse(source);
  }

  /** Returns what is at a place as JSON text, as it is written; null if there is nothing. */
  source(pointer: string = ""): string | null {
    return json.get(this.index, checkedText(pointer, POINTER));
  }

  /** Says whether there is anything at a place. */
  has(pointer: string): boolean {
    return this.source(pointer) !== null;
  }

  /**
   * Sets what is at a place. A member that is not there is added at the end of its object; `-` or the length of an array
   * stands for a new item at its end. Throws a HostError `invalid-argument` if the parent is not there, and a TypeError
   * for what JSON cannot say.
   */
  set(pointer: string, value: unknown): void {
    const source = JSON.stringify(value);
    if (source === undefined) {
      throw new TypeError(`the value at ${pointer} is ${shown(value)}, which JSON cannot say`);
    }
    this.setSource(pointer, source);
  }

  /** Sets what is at a place to a JSON text, as it is written. Throws a HostError `invalid-argument` if it is no JSON. */
  setSource(pointer: string, source: string): void {
    json.set(this.index, checkedText(pointer, POINTER), checkedText(source, SOURCE));
  }

  /** Removes the member or item at a place, if it is there. Throws a HostError for the whole document. */
  delete(pointer: string): void {
    json.remove(this.index, checkedText(pointer, POINTER));
  }
}
