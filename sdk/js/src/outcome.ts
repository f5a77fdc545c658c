// What a transform says of a record beside editing it.
import { checkedText } from "./data.ts";

/**
 * Says that a record is none of the transform's business; its edits are dropped. Made by `skip`, returned or thrown.
 */
export class Skip {
  /** Why, for the report, which counts by it. */
  readonly reason: string;

  /** Makes the outcome. */
  constructor(reason: string) {
    this.reason = checkedText(reason, "the reason of a skip");
  }
}

/**
 * Says that a record should have been transformed and cannot be; it stays as it is and goes to the quarantine. Made
 * by `reject`, returned or thrown.
 */
export class Reject {
  /** A short stable word, for counting. */
  readonly code: string;
  /** What is wrong with this record. */
  readonly message: string;

  /** Makes the outcome. */
  constructor(code: string, message: string) {
    this.code = checkedText(code, "the code of a reject");
    this.message = checkedText(message, "the message of a reject");
  }
}

/** What a transform returns: nothing, and its edits stand; or what `skip` or `reject` made. */
export type Outcome = Skip | Reject | void;

/**
 * Says that a record is none of the transform's business; its edits are dropped. Return it, or throw it from deeper
 * down: `return skip("split already")`.
 */
export function skip(reason: string): Skip {
  return new Skip(reason);
}

/**
 * Says that a record should have been transformed and cannot be; it stays as it is and goes to the quarantine. The
 * code is a short stable word for counting. Return it, or throw it from deeper down:
 * `return reject("no-name", "there is nothing to split")`.
 */
export function reject(code: string, message: string): Reject {
  return new Reject(code, message);
}
