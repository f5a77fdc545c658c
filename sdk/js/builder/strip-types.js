// The hook behind register.js: takes the types out of TypeScript, by the project's esbuild.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { load as loadPackage } from "./packages.js";

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) {
    return nextLoad(url, context);
  }
  const { transform } = await loadPackage(process.cwd(), "esbuild");
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, "utf8"), {
    format: "esm",
    loader: "ts",
    sourcefile: file,
    sourcemap: "inline",
    target: "node20",
  });
  return { format: "module", shortCircuit: true, source: code };
}
