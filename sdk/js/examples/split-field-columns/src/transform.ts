// Splits the field "name" of all users of a batch into "first" and "last", by columns.
import { reject, skip, type Batch } from "remold-transform";

export function migrateBatch(batch: Batch): void {
  const done = batch.fields("first");
  const names = batch.fields("name");
  const firsts = batch.map(names, (name, i) => {
    if (done[i] !== null) {
      return skip("split already");
    }
    if (name === null) {
      return reject("no-name", "there is nothing to split");
    }
    const space = name.indexOf(" ");
    return space < 0 ? name : name.slice(0, space);
  });
  // Two parts at most: "Lupe García Márquez" keeps both last names.
  const lasts = firsts.map((first, i) => (first === null ? null : names[i]!.slice(first.length + 1)));
  batch.setFields("first", firsts);
  batch.setFields("last", lasts);
  batch.deleteFields("name");
}

/** The way back, for users that the application has written since. */
export function revertBatch(batch: Batch): void {
  const lasts = batch.fields("last");
  const names = batch.map(batch.fields("first"), (first, i) => {
    if (first === null) {
      return skip("not split");
    }
    const last = lasts[i] ?? "";
    return last === "" ? first : `${first} ${last}`;
  });
  batch.setFields("name", names);
  batch.deleteFields("first");
  batch.deleteFields("last");
}
