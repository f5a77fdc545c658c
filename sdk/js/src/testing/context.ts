// The run's context in a test.
import { forgetParameters } from "../context.ts";
import type { Level } from "../host/contract.ts";
import { state } from "./state.ts";

/** What a test can say of the run. */
export interface TestContext {
  /** The manifest's parameters. */
  parameters?: object;
  /** The frozen clock, Unix milliseconds. Outside of the sandbox only `nowMs()` says it, not `Date.now()`. */
  nowMs?: number;
  /** The run's seed. */
  seed?: number;
}

/** Sets the run's context for what follows: no parameters, time 0 and seed 0 where nothing is said. Clears the log. */
export function setContext({ parameters = {}, nowMs = 0, seed = 0 }: TestContext = {}): void {
  Object.assign(state, { parameters, nowMs, seed, log: [] });
  forgetParameters();
}

/** Returns what was logged since the context was set. */
export function logged(): { level: Level; message: string }[] {
  return [...state.log];
}
