// Tells the host what became of a record, or of a program.
import { records } from "#host";
import { shown } from "./data.ts";
import type { Unhandled } from "./host/contract.ts";
import { Reject, Skip } from "./outcome.ts";
import { unhandled } from "./unhandled.ts";

/** The host's functions for it. */
export interface Verdict {
  skip(reason: string): void;
  reject(code: string, message: string): void;
  fail(error: Unhandled): void;
}

/** Returns the host's functions for a record. */
export function verdictOf(i: number): Verdict {
  return {
    skip: (reason) => records.skip(i, reason),
    reject: (code, message) => records.reject(i, code, message),
    fail: (error) => records.fail(i, error),
  };
}

/** Says what a transform returned beside nothing. */
export function sayReturned(verdict: Verdict, outcome: unknown): void {
  if (outcome instanceof Skip || outcome instanceof Reject) {
    say(verdict, outcome);
    return;
  }
  const what = outcome instanceof Promise ? "a promise, and nothing can be awaited here" : shown(outcome);
  const problem = `a transform returns nothing, skip(...) or reject(...); this one returned ${what}`;
  verdict.fail(unhandled(new TypeError(problem)));
}

/** Says what a transform threw. */
export function sayThrown(verdict: Verdict, error: unknown): void {
  if (error instanceof Skip || error instanceof Reject) {
    say(verdict, error);
  } else {
    verdict.fail(unhandled(error));
  }
}

/** Says an outcome. */
export function say(verdict: Verdict, outcome: Skip | Reject): void {
  if (outcome instanceof Skip) {
    verdict.skip(outcome.reason);
  } else {
    verdict.reject(outcome.code, outcome.message);
  }
}
