// Splits the field "name" of a user into "first" and "last".
import { reject, skip } from "remold-transform";

/** @param {import("remold-transform").Record} record */
export function migrate(record) {
  const user = record.hash;
  if (user.has("first")) {
    return skip("split already");
  }
  const name = user.get("name");
  if (name === null) {
    return reject("no-name", "there is nothing to split");
  }
  // Two parts at most: "Lupe García Márquez" keeps both last names.
  const [first, ...last] = name.split(" ");
  user.set("first", first);
  user.set("last", last.join(" "));
  user.delete("name");
}

/**
 * The way back, for users that the application has written since.
 * @param {import("remold-transform").Record} record
 */
export function revert(record) {
  const user = record.hash;
  const first = user.get("first");
  if (first === null) {
    return skip("not split");
  }
  const last = user.get("last") ?? "";
  user.set("name", last === "" ? first : `${first} ${last}`);
  user.delete("first");
  user.delete("last");
}
