// The functions of the WIT package that this transform uses, of the interfaces `hashes` and `records`, for the record
// that `begin` has named.
//
// Each is declared as the canonical ABI lowers it: an integer is itself, a text is a pointer to UTF-8 and its length in
// bytes, and a result that is more than one value is written to memory at a pointer which comes last.
import { taken, utf8 } from "./memory";

// @ts-ignore: decorator
@external("remold:transform/hashes@0.1.0", "contains-text")
declare function hashesContainsText(i: u32, name: usize, nameLength: usize, answer: usize): void;

// @ts-ignore: decorator
@external("remold:transform/hashes@0.1.0", "get-text")
declare function hashesGetText(i: u32, name: usize, nameLength: usize, answer: usize): void;

// @ts-ignore: decorator
@external("remold:transform/hashes@0.1.0", "set-text")
declare function hashesSetText(
  i: u32, name: usize, nameLength: usize, value: usize, valueLength: usize, answer: usize): void;

// @ts-ignore: decorator
@external("remold:transform/hashes@0.1.0", "remove-text")
declare function hashesRemoveText(i: u32, name: usize, nameLength: usize, answer: usize): void;

// @ts-ignore: decorator
@external("remold:transform/records@0.1.0", "skip")
declare function recordsSkip(i: u32, reason: usize, reasonLength: usize): void;

// @ts-ignore: decorator
@external("remold:transform/records@0.1.0", "reject")
declare function recordsReject(
  i: u32, code: usize, codeLength: usize, message: usize, messageLength: usize): void;

// The parameter `error` is a record, whose fields are passed one after the other: `code: option<error-code>` as two
// integers, `message: string` as two, `place: option<place>` as one and those of `file: string`, `line` and `column`.
// @ts-ignore: decorator
@external("remold:transform/records@0.1.0", "fail")
declare function recordsFail(
  i: u32, hasCode: u32, code: u32, message: usize, messageLength: usize,
  hasPlace: u32, file: usize, fileLength: usize, line: u32, column: u32): void;

/**
 * Where results are written. All that are used here have the same layout, 16 bytes that are aligned to 4:
 *
 * | at | `result<_, host-error>` | `result<bool, host-error>` | `result<option<string>, host-error>` |
 * |---|---|---|---|
 * | 0 | 0: ok, 1: refused | | |
 * | 4 | | u8: the bool | u8: whether there is a text |
 * | 8 | | | u32: pointer to the text |
 * | 12 | | | u32: its length |
 *
 * If refused, there is a `host-error` from 4 on: u8 the code, at 8 u32 the pointer to the message, at 12 u32 its length.
 */
const ANSWER: usize = memory.data(16, 4);

let record: u32 = 0;
let failed: bool = false;

/** Names the record that the other functions are for. */
export function begin(i: u32): void {
  record = i;
  failed = false;
}

/** Says whether the hash has a field. */
export function contains(name: string): bool {
  const bytes = utf8(name);
  hashesContainsText(record, changetype<usize>(bytes), bytes.byteLength, ANSWER);
  return accepted() && load<u8>(ANSWER, 4) != 0;
}

/** Returns the value of a field of the hash; null if there is no such field. */
export function get(name: string): string | null {
  const bytes = utf8(name);
  hashesGetText(record, changetype<usize>(bytes), bytes.byteLength, ANSWER);
  return accepted() && load<u8>(ANSWER, 4) != 0 ? taken(load<u32>(ANSWER, 8), load<u32>(ANSWER, 12)) : null;
}

/** Sets a field of the hash. */
export function set(name: string, value: string): void {
  const nameBytes = utf8(name);
  const bytes = utf8(value);
  hashesSetText(
    record, changetype<usize>(nameBytes), nameBytes.byteLength, changetype<usize>(bytes), bytes.byteLength, ANSWER);
  accepted();
}

/** Removes a field of the hash, if it is there. */
export function remove(name: string): void {
  const bytes = utf8(name);
  hashesRemoveText(record, changetype<usize>(bytes), bytes.byteLength, ANSWER);
  accepted();
}

/** Says that the record is none of this transform's business. */
export function skip(reason: string): void {
  if (failed) return;
  const bytes = utf8(reason);
  recordsSkip(record, changetype<usize>(bytes), bytes.byteLength);
}

/** Says that the record should have been transformed and cannot be. */
export function reject(code: string, message: string): void {
  if (failed) return;
  const codeBytes = utf8(code);
  const bytes = utf8(message);
  recordsReject(record, changetype<usize>(codeBytes), codeBytes.byteLength, changetype<usize>(bytes), bytes.byteLength);
}

/**
 * Says whether the host did what was asked. AssemblyScript has no exceptions: the first refusal fails the record, and
 * what is said of it after that does not count.
 */
function accepted(): bool {
  if (load<u8>(ANSWER) == 0) {
    return true;
  }
  const message = load<u32>(ANSWER, 8);
  const length = load<u32>(ANSWER, 12);
  if (!failed) {
    recordsFail(record, 1, load<u8>(ANSWER, 4), message, length, 0, 0, 0, 0, 0);
    failed = true;
  }
  taken(message, length);
  return false;
}
