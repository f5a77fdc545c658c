// What a transform is, by what its module exports: the world of its component, and the module that makes the component's
// exports of it.
import { BuildError } from "./error.js";

/** The functions that the SDK makes the component's exports with, by the name of the user's export. */
const MAKERS = {
  migrate: { as: "migrate", by: "eachRecord" },
  migrateBatch: { as: "migrate", by: "wholeBatch" },
  revert: { as: "revert", by: "eachRecord" },
  revertBatch: { as: "revert", by: "wholeBatch" },
  lookups: { as: "lookups", by: "eachLookup" },
  run: { as: "run", by: "program" },
};

/** @typedef {{ world: string, entry: string }} Shape */

/**
 * Says which world a module with these exports is for, and what the entry of its bundle is.
 * @param {string[]} exported
 * @param {string} main
 * @returns {Shape}
 */
export function shapeOf(exported, main) {
  const used = Object.entries(MAKERS).filter(([name]) => exported.includes(name));
  const has = (/** @type {string} */ name) => used.some(([, maker]) => maker.as === name);
  for (const name of ["migrate", "revert"]) {
    if (exported.includes(name) && exported.includes(`${name}Batch`)) {
      throw new BuildError(`${main} exports both ${name} and ${name}Batch; one of them is needed`);
    }
  }
  if (has("run") === has("migrate")) {
    const exports = has("run") ? "both migrate and run" : "neither migrate, migrateBatch nor run";
    throw new BuildError(`${main} exports ${exports}; it is a transform of records or a program`);
  }
  return { world: worldOf(has), entry: entryOf(used, main) };
}

/** @param {(name: string) => boolean} has */
function worldOf(has) {
  if (has("run")) {
    return "program";
  }
  const more = ["revert", "lookups"].filter(has);
  return more.length === 0 ? "record-transform" : `record-transform-with-${more.join("-and-")}`;
}

/**
 * @param {[string, { as: string, by: string }][]} used
 * @param {string} main
 */
function entryOf(used, main) {
  const from = used.some(([name]) => name === "run") ? "remold-transform/sandbox/program" : "remold-transform/sandbox";
  const makers = [...new Set(used.map(([, { by }]) => by))];
  return [
    `import "remold-transform/sandbox/globals";`,
    `import { ${makers.join(", ")} } from "${from}";`,
    `import * as transform from ${JSON.stringify(main.startsWith(".") ? main : `./${main}`)};`,
    ...used.map(([name, { as, by }]) => `export const ${as} = ${by}(transform.${name});`),
  ].join("\n");
}
