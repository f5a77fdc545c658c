// One field of a session can then be read and written alone: HGET instead of GET, parse, print, SET.
import { hash, HostError, pointer, reject, text } from "remold-transform";

/** @param {import("remold-transform").Record} record */
export function migrate(record) {
  let session;
  try {
    session = record.json.get();
  } catch (error) {
    if (!(error instanceof HostError)) {
      throw error;
    }
    return reject("not-json", error.message);
  }
  if (typeof session !== "object" || session === null || Array.isArray(session)) {
    return reject("not-an-object", `the session is ${JSON.stringify(session)}`);
  }
  /** @type {[string, string][]} */
  const fields = [];
  for (const name of Object.keys(session).sort()) {
    const value = session[name];
    if (typeof value === "string") {
      fields.push([name, value]);
    } else if (typeof value === "boolean") {
      fields.push([name, value ? "1" : "0"]);
    } else if (typeof value === "number") {
      fields.push([name, record.json.source(pointer(name)) ?? ""]); // as it was written
    } else if (value !== null) {
      fields.push([name, JSON.stringify(value)]); // a field that is not there says the same as null
    }
  }
  record.value = hash(fields);
}

/** @param {import("remold-transform").Record} record */
export function revert(record) {
  const session = record.hash.toObject();
  const names = Object.keys(session).sort();
  const members = names.map((name) => `${JSON.stringify(name)}:${memberOf(name, session[name])}`);
  record.value = text(`{${members.join(",")}}`);
}

/**
 * Returns the JSON of a field: 4.50 stays as it is, which a number of JavaScript would not.
 * @param {string} name
 * @param {string} value
 */
function memberOf(name, value) {
  if (name === "admin") {
    return value === "1";
  }
  return ["seen", "score", "roles"].includes(name) ? value : JSON.stringify(value);
}
