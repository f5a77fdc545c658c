// The SDK knows exactly the functions of the WIT package: names, and numbers of parameters.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import * as host from "../src/testing/host.ts";
import * as program from "../src/testing/program.ts";

const WIT = new URL("../wit/", import.meta.url);

/** Functions that are for the runtimes of languages that print and panic; JavaScript does neither. */
const NOT_FOR_JAVASCRIPT = ["context.print", "context.panic"];

const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Returns the functions of the WIT package as `interface.function`. */
function functionsOfWit(): string[] {
  const files = readdirSync(WIT).filter((file) => file.endsWith(".wit"));
  const text = files.map((file) => readFileSync(new URL(file, WIT), "utf8")).join("\n");
  const interfaces = text.matchAll(/^interface ([a-z-]+) \{$(.*?)^\}$/gms);
  return Array.from(interfaces, ([, name, body]) =>
    Array.from(body!.matchAll(/^ {4}%?([a-z-]+): func/gm), ([, called]) => camelCase(`${name}.${called}`)),
  ).flat();
}

/** Returns the functions of the stand-in as `interface.function`. */
function functionsOfStandIn(): string[] {
  const { columns, context, hashes, json, lists, records, sets, sortedSets, streams, texts } = host;
  const { backup, keyspace } = program;
  const interfaces = { columns, context, hashes, json, lists, records, sets, sortedSets, streams, texts, backup, keyspace };
  return Object.entries(interfaces).flatMap(([name, functions]) =>
    Object.keys(functions).map((called) => `${name}.${called}`),
  );
}

test("the stand-in has every function of the contract and no other", () => {
  const expected = functionsOfWit().filter((name) => !NOT_FOR_JAVASCRIPT.includes(name));

  assert.deepEqual(functionsOfStandIn().sort(), expected.sort());
});

test("the SDK calls every function of the contract", () => {
  const folder = new URL("../src/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => file.endsWith(".ts") && !/^(host|testing)[/\\]/.test(file));
  const source = own.map((file) => readFileSync(new URL(file.replaceAll("\\", "/"), folder), "utf8")).join("\n");

  const called = functionsOfStandIn().filter((name) => {
    const [from, used] = name.split(".") as [string, string];
    const spellings: { [name: string]: string[] } = { keyspace: ["host", "keyspace", "verdict"], backup: ["backupHost"] };
    return (spellings[from] ?? [from]).some((prefix) => source.includes(`${prefix}.${used}`));
  });

  assert.deepEqual(called.sort(), functionsOfStandIn().sort());
});
