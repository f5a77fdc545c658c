// What the host is told of an error that a transform did not handle.
import type { Place, Unhandled } from "./host/contract.ts";
import { HostError } from "./host-error.ts";

/**
 * Where the bundle comes from, as the build writes it behind the bundle: names of files, and for each line of the
 * bundle that is made of the user's own files its segments in order, each of four numbers: column in the bundle, number
 * of the file, line and column in it.
 */
interface Places {
  files: string[];
  lines: { [line: string]: number[] };
}

/** So many numbers make a segment. */
const SEGMENT = 4;

/** Returns what the host is told of an error. */
export function unhandled(error: unknown): Unhandled {
  const code = error instanceof HostError ? error.code : null;
  return { code, message: messageOf(error).toWellFormed(), place: placeOf(error) };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return `what was thrown is no error: ${String(error)}`;
  }
  return error.name === "Error" || error instanceof HostError ? error.message : `${error.name}: ${error.message}`;
}

/** Finds the innermost place in the user's own files. */
function placeOf(error: unknown): Place | null {
  const places = (globalThis as { remoldPlaces?: Places }).remoldPlaces;
  if (places === undefined || !(error instanceof Error)) {
    return null;
  }
  for (const frame of (error.stack ?? "").matchAll(/:([0-9]+):([0-9]+)\)?$/gm)) {
    const place = find(places, Number(frame[1]), Number(frame[2]));
    if (place !== null) {
      return place;
    }
  }
  return null;
}

/** Finds what file a place in the bundle comes from, if it is one of the user's. */
function find({ files, lines }: Places, line: number, column: number): Place | null {
  const segments = lines[line];
  if (segments === undefined) {
    return null;
  }
  let found = 0;
  for (let at = SEGMENT; at < segments.length && segments[at]! <= column; at += SEGMENT) {
    found = at;
  }
  const [, file, sourceLine, sourceColumn] = segments.slice(found, found + SEGMENT) as [number, number, number, number];
  return { file: files[file]!, line: sourceLine, column: sourceColumn };
}
