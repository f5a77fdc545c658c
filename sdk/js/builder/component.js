// Makes a component of a bundle, by componentize-qjs: QuickJS with the module already loaded.
import { fileURLToPath } from "node:url";

import { BuildError } from "./error.js";
import { load } from "./packages.js";

const WIT = fileURLToPath(new URL("../wit", import.meta.url));

/**
 * Returns the bytes of the component.
 * @param {string} folder
 * @param {string} jsSource
 * @param {string} world
 * @returns {Promise<Buffer>}
 */
export async function makeComponent(folder, jsSource, world) {
  const { componentize } = await load(folder, "componentize-qjs");
  try {
    const options = { witPath: WIT, world, jsSource, sync: true, stubWasi: true };
    return (await componentize(options)).component;
  } catch (error) {
    throw new BuildError(explained(String(error)));
  }
}

/** @param {string} problem */
function explained(problem) {
  const called = /unknown import: `remold:transform\/([^@]+)@[^#]+#([^`]+)`/.exec(problem);
  if (called !== null) {
    return `the module calls the host (${called[1]} ${called[2]}) while it is loaded; do that inside of its functions`;
  }
  return `no component could be made: ${problem}`;
}
