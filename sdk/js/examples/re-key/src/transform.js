// "cart:42:items" becomes "{user:42}:cart:items": all that belongs to a user is in one cluster slot.
import { skip } from "remold-transform";

/** @param {import("remold-transform").Record} record */
export function migrate(record) {
  if (!/^cart:[0-9]+(:items)?$/.test(record.key)) {
    return skip("belongs to no user");
  }
  rename(record, newName);
}

/** @param {import("remold-transform").Record} record */
export function revert(record) {
  rename(record, oldName);
}

/**
 * Renames a key, and the reference to it.
 * @param {import("remold-transform").Record} record
 * @param {(key: string) => string} name
 */
function rename(record, name) {
  const itemsKey = record.kind === "hash" ? record.hash.get("items_key") : null;
  if (itemsKey !== null) {
    record.hash.set("items_key", name(itemsKey));
  }
  record.rename(name(record.key));
}

/** @param {string} key */
function newName(key) {
  const [, user, ...rest] = key.split(":");
  return [`{user:${user}}:cart`, ...rest].join(":");
}

/** @param {string} key */
function oldName(key) {
  return key.replaceAll("{user:", "cart:").replaceAll("}:cart", "");
}
