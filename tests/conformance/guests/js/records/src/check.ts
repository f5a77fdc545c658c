// What the checks share: each throws an error that tells its line.
import { HostError, type ErrorCode } from "remold-transform";

/** Fails unless something holds. */
export function that(holds: boolean): asserts holds {
  if (!holds) {
    throw new Error("it does not hold");
  }
}

/** Fails unless two things are the same to the last part. */
export function same(found: unknown, expected: unknown): void {
  const [a, b] = [shown(found), shown(expected)];
  if (a !== b) {
    throw new Error(`${a} is not ${b}`);
  }
}

/** Fails unless the host refuses something with a code. */
export function refused(code: ErrorCode, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof HostError && error.code === code && error.message !== "") {
      return;
    }
    throw error;
  }
  throw new Error(`it is not refused as ${code}`);
}

/** Makes bytes of their numbers. */
export function bytes(...numbers: number[]): Uint8Array {
  return new Uint8Array(numbers);
}

function shown(value: unknown): string {
  const replaced = (_name: string, part: unknown) => {
    if (part instanceof Uint8Array) {
      return { bytes: [...part] };
    }
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  };
  return JSON.stringify(value, replaced);
}
