// The packages that the build uses, as the project has installed them.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { BuildError } from "./error.js";

/**
 * Loads a package out of the project's node_modules, for the SDK's own folder may be elsewhere.
 * @param {string} folder
 * @param {string} name
 */
export async function load(folder, name) {
  const { resolve } = createRequire(join(folder, "package.json"));
  let path;
  try {
    path = resolve(name);
  } catch {
    throw new BuildError(`the package ${name} is not installed; run npm install in ${folder}`);
  }
  const loaded = await import(pathToFileURL(path).href);
  return loaded.default ?? loaded;
}
