#!/usr/bin/env node
// The command `remold-build`: makes build/NAME.wasm of the project in the current folder, where NAME is the name in its
// package.json, and the module is its `main`.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { bundle, exportsOf } from "./bundle.js";
import { BuildError } from "./error.js";
import { makeComponent } from "./component.js";
import { shapeOf } from "./shape.js";

/** Builds the project in a folder, and says what was made. */
async function build(/** @type {string} */ folder) {
  const { name, main } = await readProject(folder);
  const shape = shapeOf(await exportsOf(folder, main), main);
  const source = await bundle(folder, shape);
  const wasm = await makeComponent(folder, source, shape.world);
  const file = join("build", `${name}.wasm`);
  await mkdir(join(folder, "build"), { recursive: true });
  await writeFile(join(folder, file), wasm);
  return `${file}: ${shape.world}, ${wasm.length} bytes`;
}

/** Reads the name and the module of a project. */
async function readProject(/** @type {string} */ folder) {
  const file = join(folder, "package.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new BuildError(`there is no ${file}; run remold-build in the folder of a project`);
  });
  const { name, main } = JSON.parse(text);
  if (typeof name !== "string" || typeof main !== "string") {
    throw new BuildError(`${file} needs "name", which names the component, and "main", the module of the transform`);
  }
  return { name: name.replace(/^.*\//, ""), main };
}

try {
  console.log(await build(process.cwd()));
} catch (error) {
  if (!(error instanceof BuildError)) {
    throw error;
  }
  if (error.message !== "") {
    console.error(`remold-build: ${error.message}`);
  }
  process.exitCode = 1;
}
