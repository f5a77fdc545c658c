// Splits the field "name" of a user into "first" and "last". This module is what the component exports.
import "./abort";
import { begin, contains, get, reject, remove, set, skip } from "./host";

export { cabi_realloc } from "./memory";

/** Transforms the records 0 up to, and without, `count`. */
export function migrate(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    begin(i);
    split();
  }
}

/** Transforms the records back, for users that the application has written since. */
export function revert(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    begin(i);
    join();
  }
}

function split(): void {
  if (contains("first")) {
    return skip("split already");
  }
  const name = get("name");
  if (name === null) {
    return reject("no-name", "there is nothing to split");
  }
  // Two parts at most: "Lupe García Márquez" keeps both last names.
  const space = name.indexOf(" ");
  set("first", space < 0 ? name : name.substring(0, space));
  set("last", space < 0 ? "" : name.substring(space + 1));
  remove("name");
}

function join(): void {
  const first = get("first");
  if (first === null) {
    return skip("not split");
  }
  const last = get("last");
  set("name", last === null || last == "" ? first : first + " " + last);
  remove("first");
  remove("last");
}
