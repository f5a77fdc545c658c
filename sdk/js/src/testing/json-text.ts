// Where the parts of a JSON text are in it. The text is known to be JSON.
import { invalid } from "./state.ts";

/** Where a value begins, and ends before. */
export interface Span {
  start: number;
  end: number;
}

/** A member of an object by its name, or an item of an array by its number. */
export interface Child {
  name: string;
  value: Span;
}

/** Takes a JSON Pointer apart, or refuses a text that is none. */
export function tokensOf(pointer: string): string[] {
  if (pointer === "") {
    return [];
  }
  if (!pointer.startsWith("/")) {
    throw invalid(`the pointer ${JSON.stringify(pointer)}`, "a JSON Pointer is empty or begins with /");
  }
  const parts = pointer.slice(1).split("/");
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns where the value is that begins at a place, or behind white space there. */
export function spanOf(text: string, place: number): Span {
  const start = behindSpace(text, place);
  const first = text[start]!;
  if (first === '"') {
    return { start, end: endOfString(text, start) };
  }
  if (first !== "{" && first !== "[") {
    const rest = /[^\s,\]}]*/y;
    rest.lastIndex = start;
    return { start, end: start + rest.exec(text)![0].length };
  }
  let depth = 0;
  for (let at = start; ; at += 1) {
    const sign = text[at]!;
    if (sign === '"') {
      at = endOfString(text, at) - 1;
    } else if (sign === "{" || sign === "[") {
      depth += 1;
    } else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) {
        return { start, end: at + 1 };
      }
    }
  }
}

/** Returns the members of an object or the items of an array; null for another value. */
export function childrenOf(text: string, span: Span): Child[] | null {
  const isObject = text[span.start] === "{";
  if (!isObject && text[span.start] !== "[") {
    return null;
  }
  const children: Child[] = [];
  let at = behindSpace(text, span.start + 1);
  while (at < span.end - 1) {
    let name = String(children.length);
    if (isObject) {
      const end = endOfString(text, at);
      name = JSON.parse(text.slice(at, end));
      at = behindSpace(text, end) + 1;
    }
    const value = spanOf(text, at);
    children.push({ name, value });
    at = behindSpace(text, behindSpace(text, value.end) + 1);
  }
  return children;
}

function behindSpace(text: string, place: number): number {
  let at = place;
  while (at < text.length && " \t\r\n".includes(text[at]!)) {
    at += 1;
  }
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') {
    at += text[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}
