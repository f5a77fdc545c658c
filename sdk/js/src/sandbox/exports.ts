// What a component of a record transform exports, made of what the user's module exports. The build writes the few lines
// that do this.
import { records } from "#host";
import { Batch } from "../batch.ts";
import { forgetParameters } from "../context.ts";
import { checkedData, type Data } from "../data.ts";
import type { Outcome } from "../outcome.ts";
import { Record } from "../record.ts";
import { drawFrom } from "./drawing.ts";
import { sayReturned, sayThrown, verdictOf } from "../verdict.ts";

/** Makes `migrate` or `revert` of a function that transforms one record. */
export function eachRecord(transform: (record: Record) => Outcome): (count: number) => void {
  return (count) => {
    forgetParameters();
    for (let i = 0; i < count; i += 1) {
      const record = new Record(i);
      drawFrom(record);
      try {
        const outcome = transform(record);
        if (outcome !== undefined) {
          sayReturned(verdictOf(i), outcome);
        }
      } catch (error) {
        sayThrown(verdictOf(i), error);
      }
    }
  };
}

/** Makes `migrate` or `revert` of a function that transforms a whole batch. What it throws is said of every record. */
export function wholeBatch(transform: (batch: Batch) => void): (count: number) => void {
  return (count) => {
    forgetParameters();
    drawFrom(null);
    try {
      const outcome: unknown = transform(new Batch(count));
      if (outcome !== undefined) {
        throw new TypeError("a transform of a batch returns nothing; batch.skip and batch.reject say it of a record");
      }
    } catch (error) {
      for (let i = 0; i < count; i += 1) {
        sayThrown(verdictOf(i), error);
      }
    }
  };
}

/** Makes `lookups` of a function that names the keys which the transform of a record will read. */
export function eachLookup(lookups: (record: Record) => Iterable<Data> | Data | void): (count: number) => void {
  return (count) => {
    forgetParameters();
    for (let i = 0; i < count; i += 1) {
      const record = new Record(i);
      drawFrom(record);
      try {
        const keys = lookups(record) ?? [];
        for (const key of isOne(keys) ? [keys] : keys) {
          ask(i, key);
        }
      } catch (error) {
        sayThrown(verdictOf(i), error);
      }
    }
  };
}

function isOne(keys: Iterable<Data> | Data): keys is Data {
  return typeof keys !== "object" || keys instanceof Uint8Array;
}

function ask(i: number, key: Data): void {
  const checked = checkedData(key, "a key");
  if (typeof checked === "string") {
    records.askText(i, checked);
  } else {
    records.ask(i, checked);
  }
}
