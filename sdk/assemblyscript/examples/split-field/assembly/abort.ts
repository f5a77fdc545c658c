// What AssemblyScript calls before it traps, in place of the import `env.abort`, which the host does not have.
import { utf8 } from "./memory";

// The parameter `place` is an option of a record: one integer, and those of `file: string`, `line` and `column`.
// @ts-ignore: decorator
@external("remold:transform/context@0.1.0", "panic")
declare function contextPanic(
  message: usize, messageLength: usize, hasPlace: u32, file: usize, fileLength: usize, line: u32, column: u32): void;

/** Tells the host what was wrong, and where. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const messageBytes = utf8(message === null ? "abort" : message);
  const fileBytes = utf8(file === null ? "" : file);
  contextPanic(
    changetype<usize>(messageBytes), messageBytes.byteLength,
    u32(file !== null), changetype<usize>(fileBytes), fileBytes.byteLength, line, column);
  unreachable();
}
