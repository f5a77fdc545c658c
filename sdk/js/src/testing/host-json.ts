// The stand-in for the functions of JSON documents: what an edit does not concern keeps its order and spelling.
import type { JsonHost } from "../host/contract.ts";
import { childrenOf, spanOf, tokensOf, type Span } from "./json-text.ts";
import { texts } from "./host-texts.ts";
import { invalid } from "./state.ts";

/** Reads the document, or refuses a text that is no JSON. */
function read(i: number): string {
  return checked(texts.getText(i), "the record's text");
}

function checked(source: string, what: string): string {
  try {
    JSON.parse(source);
  } catch (error) {
    throw invalid(what, `it is no JSON: ${(error as Error).message}`);
  }
  return source;
}

/** Finds what is at a place. */
function find(document: string, tokens: string[]): Span | null {
  let span = spanOf(document, 0);
  for (const token of tokens) {
    const [child, second] = childrenOf(document, span)?.filter(({ name }) => name === token) ?? [];
    if (second !== undefined) {
      throw invalid("the record's text", `the member ${JSON.stringify(token)} occurs twice`);
    }
    if (child === undefined) {
      return null;
    }
    span = child.value;
  }
  return span;
}

/** Finds the object or array that a place is in, or refuses. */
function parentOf(document: string, pointer: string): Span {
  const parent = pointer === "" ? null : find(document, tokensOf(pointer).slice(0, -1));
  if (parent === null || childrenOf(document, parent) === null) {
    const problem = "what it is to be in is no object or array, or is not there";
    throw invalid(`the pointer ${JSON.stringify(pointer)}`, problem);
  }
  return parent;
}

function splice(document: string, start: number, end: number, replacement: string): string {
  return document.slice(0, start) + replacement + document.slice(end);
}

/** Returns the document with a new member or item at the end of what it is in. */
function added(document: string, pointer: string, source: string): string {
  const parent = parentOf(document, pointer);
  const children = childrenOf(document, parent) ?? [];
  const last = tokensOf(pointer).at(-1)!;
  const inArray = document[parent.start] === "[";
  if (inArray && last !== "-" && last !== String(children.length)) {
    const problem = `${last} is no place in an array of ${children.length}; \`-\` is its end`;
    throw invalid(`the pointer ${JSON.stringify(pointer)}`, problem);
  }
  const element = inArray ? source : `${JSON.stringify(last)}:${source}`;
  const end = children.at(-1)?.value.end;
  return end === undefined
    ? splice(document, parent.start + 1, parent.start + 1, element)
    : splice(document, end, end, `,${element}`);
}

/** The functions of JSON documents. */
export const json: JsonHost = {
  get(i, pointer) {
    const document = read(i);
    const span = find(document, tokensOf(pointer));
    return span === null ? null : document.slice(span.start, span.end);
  },
  set(i, pointer, value) {
    const document = read(i);
    const source = checked(value, "the value").trim();
    const old = find(document, tokensOf(pointer));
    texts.setText(
      i,
      old === null ? added(document, pointer, source) : splice(document, old.start, old.end, source),
    );
  },
  remove(i, pointer) {
    const document = read(i);
    if (pointer === "") {
      throw invalid("the pointer", "the whole document cannot be removed");
    }
    const target = find(document, tokensOf(pointer));
    if (target === null) {
      return;
    }
    const parent = parentOf(document, pointer);
    const siblings = childrenOf(document, parent) ?? [];
    const place = siblings.findIndex(({ value }) => value.start === target.start);
    if (place > 0) {
      texts.setText(i, splice(document, siblings[place - 1]!.value.end, target.end, ""));
    } else {
      const behind = siblings.length > 1 ? document.indexOf(",", target.end) + 1 : target.end;
      texts.setText(i, splice(document, parent.start + 1, behind, ""));
    }
  },
};
