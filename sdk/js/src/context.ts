// The run that the transform is part of. A dry run, the run and a replay say the same.
import { context } from "#host";
import { checkedText } from "./data.ts";

let parsed: { parameters: unknown } | null = null;

/**
 * Returns the manifest's parameters, an object. It is parsed once for each batch; do not change it.
 *
 * In TypeScript: `const { digits } = parameters<{ digits: number }>()`. Nothing checks that they are so.
 */
export function parameters<T = { [name: string]: any }>(): T {
  parsed ??= { parameters: JSON.parse(context.parameters()) };
  return parsed.parameters as T;
}

/** Forgets the parameters that were parsed, because another batch begins. */
export function forgetParameters(): void {
  parsed = null;
}

/** Returns the run's frozen clock, Unix milliseconds. In the sandbox `Date.now()` and `new Date()` say the same. */
export function nowMs(): number {
  return context.nowMs();
}

/**
 * Returns the run's seed, rounded to what a number holds. What depends on a record uses `record.seed` or
 * `record.random()`, so that it does not depend on the order of the records.
 */
export function seed(): number {
  return context.seed();
}

/** The run's log. It counts as output, which is limited. In the sandbox `console` writes to it too. */
export const log = {
  /** Logs a line for the author of the transform. */
  debug(message: string): void {
    context.log("debug", checkedText(message, "a line of the log"));
  },

  /** Logs a line that is worth knowing. */
  info(message: string): void {
    context.log("info", checkedText(message, "a line of the log"));
  },

  /** Logs a line that is worth a look. */
  warn(message: string): void {
    context.log("warn", checkedText(message, "a line of the log"));
  },
};
