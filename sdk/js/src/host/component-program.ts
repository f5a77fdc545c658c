// The functions that only a program has, in the sandbox. In unit tests src/testing/program.ts is in its place.
import backupOfHost from "remold:transform/backup";
import keyspaceOfHost from "remold:transform/keyspace";
import { guarded } from "./guard.ts";

export const backup = guarded(backupOfHost);
export const keyspace = guarded(keyspaceOfHost);
