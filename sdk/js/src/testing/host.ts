// The stand-in for the host, for unit tests outside of the sandbox: a test double with the meaning of the real
// functions, which knows no limits and grants every key. In a component src/host/component.ts is in its place.
import type { ContextHost } from "../host/contract.ts";
import { state } from "./state.ts";

export { decodeUtf8, encodeUtf8 } from "./bytes.ts";
export { columns } from "./host-columns.ts";
export { hashes } from "./host-hashes.ts";
export { json } from "./host-json.ts";
export { lists } from "./host-lists.ts";
export { records } from "./host-records.ts";
export { sets } from "./host-sets.ts";
export { sortedSets } from "./host-sorted-sets.ts";
export { streams } from "./host-streams.ts";
export { texts } from "./host-texts.ts";

/** The run's context. */
export const context: ContextHost = {
  parameters: () => JSON.stringify(state.parameters),
  nowMs: () => state.nowMs,
  seed: () => state.seed,
  log: (level, message) => void state.log.push({ level, message }),
};
