// Splits the field "name" of a hash into "first" and "last".
import { reject, skip } from "remold-transform";

/**
 * Transforms a record. It is called for every key that migration.yaml selects.
 * @param {import("remold-transform").Record} record
 */
export function migrate(record) {
  const user = record.hash;
  if (user.has("first")) {
    return skip("split already");
  }
  const name = user.get("name");
  if (name === null) {
    return reject("no-name", "there is nothing to split");
  }
  const [first, ...last] = name.split(" ");
  user.set("first", first);
  user.set("last", last.join(" "));
  user.delete("name");
}

/**
 * Transforms a record back. A rollback calls it for keys that the application has written since.
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
