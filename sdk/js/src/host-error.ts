// The error that is thrown where the host refuses.
import type { ErrorCode } from "./host/contract.ts";

/**
 * Says that the host refused; nothing was changed. A transform may catch it. If it does not, its record is rejected
 * with the code, the message and the place.
 */
export class HostError extends Error {
  /**
   * Why, for a program: `denied` (no capability grants it), `wrong-kind` (the record holds another kind of value),
   * `out-of-range`, `not-text` (the bytes are not UTF-8), `invalid-argument`, `over-limit`, `not-looked-up` (the key
   * was not asked for in `lookups`) or `keyspace` (the keyspace could not be read or written while a program ran).
   */
  readonly code: ErrorCode;

  /** Makes the error of a refusal. */
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** Returns `HostError`. */
  override get name(): string {
    return "HostError";
  }
}
