// Bundles a transform and the SDK into one module for the sandbox, by esbuild.
import { BuildError } from "./error.js";
import { placesOf } from "./places.js";
import { load } from "./packages.js";

/** @typedef {import("./shape.js").Shape} Shape */

/** How both of the SDK's bundles are made. The lines stay as they are, for the places of errors. */
const OPTIONS = {
  bundle: true,
  conditions: ["remold"],
  define: { "process.env.NODE_ENV": '"production"' },
  external: ["remold:*"],
  format: "esm",
  logLevel: "warning",
  mainFields: ["module", "main"],
  platform: "neutral",
  target: "es2024",
  write: false,
};

/**
 * Returns the names of what a module exports.
 * @param {string} folder
 * @param {string} main
 * @returns {Promise<string[]>}
 */
export async function exportsOf(folder, main) {
  const result = await run(folder, { entryPoints: [main], metafile: true });
  return Object.values(result.metafile.outputs)[0].exports;
}

/**
 * Returns the source of the bundle, with the places that its lines come from.
 * @param {string} folder
 * @param {Shape} shape
 */
export async function bundle(folder, shape) {
  const stdin = { contents: shape.entry, resolveDir: folder, sourcefile: "remold-entry.js" };
  const result = await run(folder, { stdin, sourcemap: "external", outfile: "bundle.js" });
  const text = (/** @type {string} */ end) =>
    result.outputFiles.find((/** @type {{ path: string }} */ { path }) => path.endsWith(end)).text;
  const places = placesOf(JSON.parse(text(".map")), folder);
  return `${text(".js")}globalThis.remoldPlaces = ${JSON.stringify(places)};\n`;
}

/**
 * @param {string} folder
 * @param {object} options
 */
async function run(folder, options) {
  const esbuild = await load(folder, "esbuild");
  try {
    return await esbuild.build({ ...OPTIONS, ...options, absWorkingDir: folder });
  } catch {
    throw new BuildError(""); // esbuild has printed what is wrong, with the places.
  }
}
