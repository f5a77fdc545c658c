// The change of the benchmark, a record at a time.
import { reject, skip, type Outcome, type Record } from "remold-transform";

export function migrate(record: Record): Outcome {
  const item = record.hash;
  const name = item.get("name");
  if (name === null) {
    return skip("changed already");
  }
  const space = name.indexOf(" ");
  const [whole, part] = (item.get("price") ?? "").split(".");
  if (space < 0 || part?.length !== 2) {
    return reject("unexpected", "the name is one word, or the price is none");
  }
  item.set("first", name.slice(0, space));
  item.set("last", name.slice(space + 1));
  item.set("price_cents", String(Number(whole! + part)));
  item.delete("name");
  item.delete("price");
  item.delete("legacy");
}
