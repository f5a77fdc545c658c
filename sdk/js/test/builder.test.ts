// The build: which world a module is for, where the lines of a bundle come from, and a component from end to end.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { bundle, exportsOf } from "../builder/bundle.js";
import { shapeOf } from "../builder/shape.js";

const SDK = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(SDK, "builder", "cli.js");
const folders: string[] = [];

after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Makes a project with a module, which uses the SDK and its tools. */
function project(source: string, main = "transform.js"): string {
  const folder = mkdtempSync(join(tmpdir(), "remold-"));
  folders.push(folder);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(SDK, join(folder, "node_modules", "remold-transform"));
  for (const tool of ["esbuild", "componentize-qjs"]) {
    symlinkSync(join(SDK, "node_modules", tool), join(folder, "node_modules", tool));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@me/example", type: "module", main }));
  writeFileSync(join(folder, main), source);
  return folder;
}

/** Returns what the build says that is wrong with a project. */
function problemOf(folder: string): string {
  const { status, stderr } = spawnSync(process.execPath, [CLI], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 1, stderr);
  return stderr;
}

test("the world is chosen by what the module exports", () => {
  const worldOf = (...exported: string[]) => shapeOf(exported, "transform.js").world;

  assert.equal(worldOf("migrate"), "record-transform");
  assert.equal(worldOf("migrateBatch", "other"), "record-transform");
  assert.equal(worldOf("revert", "migrate"), "record-transform-with-revert");
  assert.equal(worldOf("migrate", "lookups"), "record-transform-with-lookups");
  assert.equal(worldOf("migrateBatch", "revertBatch", "lookups"), "record-transform-with-revert-and-lookups");
  assert.equal(worldOf("run"), "program");
  for (const exported of [[], ["revert"], ["migrate", "run"], ["migrate", "migrateBatch"]]) {
    assert.throws(() => worldOf(...exported), /transform.js exports/, exported.join());
  }
});

test("a bundle knows the places of the user's lines", async () => {
  const source = ['import { skip } from "remold-transform";', "", "export const migrate = () => skip('why');"];
  const folder = project(source.join("\n"));

  const shape = shapeOf(await exportsOf(folder, "transform.js"), "transform.js");
  const text = await bundle(folder, shape);
  const places = JSON.parse(/^globalThis\.remoldPlaces = (.*);$/m.exec(text)![1]!);
  const line = text.split("\n").findIndex((one) => one.includes("skip(\"why\")")) + 1;
  const [, file, sourceLine] = places.lines[line];
  assert.deepEqual([places.files[file], sourceLine], ["transform.js", 3]);
  assert.equal(Object.keys(places.lines).length, 1);
});

test("a component is made of TypeScript too", () => {
  const folder = project("export function migrate(record: { delete(): void }): void { record.delete(); }", "transform.ts");

  const said = execFileSync(process.execPath, [CLI], { cwd: folder, encoding: "utf8" });
  const wasm = readFileSync(join(folder, "build", "example.wasm"));
  assert.match(said, /example\.wasm: record-transform, [0-9]+ bytes/);
  // The version field of a component, and not that of a core module.
  assert.deepEqual([...wasm.subarray(0, 8)], [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
});

test("what is wrong with a project is said", () => {
  assert.match(problemOf(project("export const nothing = 1;")), /exports neither migrate/);
  assert.match(problemOf(project("import 'nowhere'; export const migrate = 1;")), /Could not resolve "nowhere"/);
  assert.match(
    problemOf(project('import { nowMs } from "remold-transform"; nowMs(); export const migrate = () => {};')),
    /calls the host \(context now-ms\) while it is loaded/,
  );
  const unnamed = project("");
  writeFileSync(join(unnamed, "package.json"), "{}");
  assert.match(problemOf(unnamed), /needs "name"/);
  const bare = project("export const migrate = () => {};");
  rmSync(join(bare, "node_modules"), { recursive: true });
  assert.match(problemOf(bare), /the package esbuild is not installed; run npm install/);
});
