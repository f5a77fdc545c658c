// The host's functions in the sandbox: what the component imports. In unit tests src/testing/host.ts is in its place.
import columnsOfHost from "remold:transform/columns";
import contextOfHost from "remold:transform/context";
import hashesOfHost from "remold:transform/hashes";
import jsonOfHost from "remold:transform/json";
import listsOfHost from "remold:transform/lists";
import recordsOfHost from "remold:transform/records";
import setsOfHost from "remold:transform/sets";
import sortedSetsOfHost from "remold:transform/sorted-sets";
import streamsOfHost from "remold:transform/streams";
import textsOfHost from "remold:transform/texts";
import { guarded } from "./guard.ts";

// No function of these two can be refused. They are objects of this module like the others, which a test can watch.
export const columns = { ...columnsOfHost };
export const context = { ...contextOfHost };
export const hashes = guarded(hashesOfHost);
export const json = guarded(jsonOfHost);
export const lists = guarded(listsOfHost);
export const records = guarded(recordsOfHost);
export const sets = guarded(setsOfHost);
export const sortedSets = guarded(sortedSetsOfHost);
export const streams = guarded(streamsOfHost);
export const texts = guarded(textsOfHost);

// The runtime has no TextEncoder and no TextDecoder. These detours by way of base64 stay in compiled code; a loop over
// the characters takes three times as long for a short text and five times for a longer one.

/** Encodes a text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return Uint8Array.fromBase64(btoa(unescape(encodeURIComponent(text))));
}

/** Decodes UTF-8. Throws a URIError where the bytes are none. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decodeURIComponent(escape(atob(bytes.toBase64())));
}
