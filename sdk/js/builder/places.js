// Makes the table of places that src/unhandled.ts looks errors up in, of the source map of a bundle.
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const SDK = dirname(dirname(fileURLToPath(import.meta.url)));
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Returns the places of the lines that come from the user's own files, and not from the SDK or a package.
 * @param {{ sources: string[], mappings: string }} map
 * @param {string} folder
 */
export function placesOf(map, folder) {
  const files = map.sources.map((source) => relative(folder, resolve(folder, source)).replaceAll(sep, "/"));
  /** @type {{ [line: string]: number[] }} */
  const lines = {};
  for (const [line, column, file, sourceLine, sourceColumn] of segmentsOf(map.mappings)) {
    if (isOwn(resolve(folder, map.sources[file] ?? ""))) {
      (lines[line] ??= []).push(column, file, sourceLine, sourceColumn);
    }
  }
  return { files, lines };
}

/** @param {string} path */
function isOwn(path) {
  const inSdk = path.startsWith(SDK + sep + "src" + sep);
  return !inSdk && !path.includes(`${sep}node_modules${sep}`) && !path.endsWith("remold-entry.js");
}

/**
 * Walks the segments of a source map: line and column in the bundle, number of the file, line and column in it. Lines
 * and columns count from 1.
 * @param {string} mappings
 * @returns {Generator<[number, number, number, number, number]>}
 */
function* segmentsOf(mappings) {
  let [file, sourceLine, sourceColumn] = [0, 1, 1];
  for (const [index, line] of mappings.split(";").entries()) {
    let column = 1;
    for (const segment of line.split(",").filter(Boolean)) {
      const [columns = 0, files = 0, lines = 0, sourceColumns = 0] = numbersOf(segment);
      column += columns;
      file += files;
      sourceLine += lines;
      sourceColumn += sourceColumns;
      yield [index + 1, column, file, sourceLine, sourceColumn];
    }
  }
}

/**
 * Decodes the numbers of a segment: base 64, the lowest five bits first, the sign in the lowest bit of all.
 * @param {string} segment
 */
function numbersOf(segment) {
  const numbers = [];
  let [number, shift] = [0, 0];
  for (const digit of segment) {
    const value = DIGITS.indexOf(digit);
    number |= (value & 31) << shift;
    shift += 5;
    if (value < 32) {
      numbers.push(number & 1 ? -(number >> 1) : number >> 1);
      [number, shift] = [0, 0];
    }
  }
  return numbers;
}
