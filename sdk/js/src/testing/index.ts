// What a unit test imports: records, batches and keyspaces in memory, on a stand-in for the host.
//
// The stand-in has the meaning of the real functions, as far as a transform can tell, but no limits, and it grants every
// key. Whether a transform works in the sandbox is what `remold test` tells.
export { logged, setContext, type TestContext } from "./context.ts";
export type { Contents, GroupContents, PlainContents } from "./contents.ts";
export { TestBatch } from "./batch.ts";
export { TestKeyspace } from "./keyspace.ts";
export { TestRecord, type RecordOptions } from "./record.ts";
export type { Verdict } from "./state.ts";
