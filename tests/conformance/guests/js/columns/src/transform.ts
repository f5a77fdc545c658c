// A transform by columns that calls every function. Its batch is `a:1` to `a:3`, of which the second is no hash, `t:1` to
// `t:4`, which are texts, or `w:1` to `w:3`, which are of many kinds.
import { list, set, sortedSet, text, utf8, type Batch } from "remold-transform";
import { calls } from "./calls.ts";
import { bytes, same, that } from "./check.ts";

/** The clock that cases have. */
const NOW = 1_767_225_600_000;

export function migrateBatch(batch: Batch): void {
  const key = batch.record(0).key;
  if (key.startsWith("a:")) {
    hashes(batch);
  } else if (key.startsWith("t:")) {
    texts(batch);
  } else if (key.startsWith("w:")) {
    wholeValues(batch);
  } else {
    throw new Error("every record of the batch");
  }
  const called = calls();
  if (called !== null) {
    batch.record(0).emit(`calls:${key}`, set(called));
  }
}

function hashes(batch: Batch): void {
  same(batch.keysBytes(), ["a:1", "a:2", "a:3"].map(utf8.encode));
  same(batch.keys(), ["a:1", "a:2", "a:3"]);
  same(batch.kinds(), ["hash", "text", "hash"]);
  same(batch.expiries(), [NOW + 5000, null, null]);
  batch.setExpiries([null, null, NOW + 6000]);

  // The second record fails of it, and the others go on.
  same(batch.fieldsBytes("name"), [utf8.encode("Ada"), null, null]);
  const names = batch.fields("name");
  same(names, ["Ada", null, null]);
  batch.setFields("first", names);
  batch.setFields("raw", [bytes(0xff), null, null]);
  batch.renameFields("name", "last");
  batch.renameFields(utf8.encode("raw"), "RAW");
  batch.deleteFields("old");
  batch.deleteFields(utf8.encode("older"));
  batch.rename([null, null, "b:never"]);
  batch.rename([null, null, utf8.encode("b:3")]);
  batch.delete([false, false, false]);
  same([...batch.record(2).hash], [["kept", "1"]]);
}

function texts(batch: Batch): void {
  const expected = ["one", "two", "three", "four"];
  same(batch.textsBytes(), expected.map(utf8.encode));
  const found = batch.texts();
  same(found, expected);
  batch.setTexts(batch.map(found, (one) => (one as string).toUpperCase()));
  batch.setTexts([null, null, null, bytes(0xff, 0x00)]);
  batch.skip(1, "as asked for");
  batch.delete([false, false, true, false]);
}

function wholeValues(batch: Batch): void {
  const [first, second, third] = batch.values();
  that(first?.kind === "list" && second?.kind === "hash" && third?.kind === "text");
  same(first.items, list(["a", "b"].map(utf8.encode)).items);
  same(second.fields, [{ name: utf8.encode("a"), value: utf8.encode("1"), expiresAt: null }]);
  same(third.value, text(utf8.encode("x")).value);
  batch.setValues([set(["a", "b"]), null, sortedSet({ x: 1.5 })]);
  batch.reject(1, "as-asked", "for");
}
