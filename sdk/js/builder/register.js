// For `node --import remold-transform/register`: lets a Node that does not do it itself (before 22.18) load TypeScript.
import { register } from "node:module";

if (!process.features.typescript) {
  process.setSourceMapsEnabled(true);
  register("./strip-types.js", import.meta.url);
}
