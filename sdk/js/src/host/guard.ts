// Turns the errors that componentize-qjs throws for a host's refusal into HostError.
import { HostError } from "../host-error.ts";
import type { ErrorCode } from "./contract.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** The error that componentize-qjs throws where a function returns the error of a `result`. */
interface Thrown {
  payload?: { code: ErrorCode; message: string };
}

/**
 * Returns the functions of an interface so that a refusal is thrown as a HostError. No function of the contract has
 * more than four parameters, and the runtime ignores those that a function does not have; rest parameters would cost
 * a quarter of each call.
 */
export function guarded<T extends object>(functions: T): T {
  const wrapped: { [name: string]: AnyFunction } = {};
  for (const [name, call] of Object.entries(functions) as [string, AnyFunction][]) {
    wrapped[name] = (a, b, c, d) => {
      try {
        return call(a, b, c, d);
      } catch (error) {
        const refusal = (error as Thrown).payload;
        throw refusal === undefined ? error : new HostError(refusal.code, refusal.message);
      }
    };
  }
  return wrapped as T;
}
