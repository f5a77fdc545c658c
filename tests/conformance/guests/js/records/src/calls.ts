// Which functions of the host were called. An interpreter imports every function of the contract, so that what a component
// imports does not tell what its cases reach; this does, for a manifest that has the parameter `calls`.
import * as host from "../../../../../../sdk/js/src/host/component.ts";
import { parameters } from "remold-transform";

type AnyFunction = (...args: unknown[]) => unknown;

const called = new Set<string>();

/** Counts the calls of every function of some interfaces. */
export function count(interfaces: { [name: string]: unknown }): void {
  for (const [camel, functions] of Object.entries(interfaces)) {
    if (typeof functions !== "object" || functions === null) {
      continue;
    }
    const counted = functions as { [name: string]: AnyFunction };
    for (const [name, call] of Object.entries(counted)) {
      const told = `${dashed(camel)}.${dashed(name)}`;
      counted[name] = (...args) => {
        called.add(told);
        return call(...args);
      };
    }
  }
}

/** Returns the functions that were called, if they are asked for. */
export function calls(): string[] | null {
  return parameters<{ calls?: boolean }>().calls ? [...called].sort() : null;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

count(host);
