// The change of the benchmark, a column at a time.
import { reject, skip, type Batch } from "remold-transform";

export function migrateBatch(batch: Batch): void {
  const names = batch.fields("name");
  const prices = batch.fields("price");
  const cents = batch.map(names, (name, i) => {
    if (name === null) {
      return skip("changed already");
    }
    const [whole, part] = (prices[i] ?? "").split(".");
    if (!name.includes(" ") || part?.length !== 2) {
      return reject("unexpected", "the name is one word, or the price is none");
    }
    return String(Number(whole! + part));
  });
  batch.setFields("first", cents.map((cent, i) => (cent === null ? null : names[i]!.slice(0, names[i]!.indexOf(" ")))));
  batch.setFields("last", cents.map((cent, i) => (cent === null ? null : names[i]!.slice(names[i]!.indexOf(" ") + 1))));
  batch.setFields("price_cents", cents);
  batch.deleteFields("name");
  batch.deleteFields("price");
  batch.deleteFields("legacy");
}
