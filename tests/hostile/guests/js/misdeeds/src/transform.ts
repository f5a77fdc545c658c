// Does what the field "do" of a record says: every misdeed that JavaScript has the means for.
import { reject, text, type Outcome, type Record } from "remold-transform";

let seen = 0;

export function migrate(record: Record): Outcome {
  const misdeed = record.hash.get("do") ?? "";
  switch (misdeed) {
    case "loop":
      for (;;);
    case "recursion":
      return deeper(0) as unknown as Outcome;
    case "memory": {
      const kept: Uint8Array[] = [];
      for (;;) {
        kept.push(new Uint8Array(1 << 20).fill(1));
      }
    }
    case "output":
      record.hash.set("big", "x".repeat(4 << 20));
      return;
    case "calls":
      for (;;) {
        record.hash.has("do");
      }
    case "grant":
      record.rename("secret:1");
      return;
    case "emit":
      for (let number = 0; ; number++) {
        record.emit(`user:${number}`, text("x".repeat(1000)));
      }
    case "panic":
      throw new Error("it gave up");
    case "kind":
      record.list.push("x");
      return;
    case "remember":
      seen++;
      record.hash.set("seen", String(seen));
      return;
    case "text":
      return reject("\ud800", "half a character: \udc00");
    case "pattern":
      // Takes time that is exponential in the length of the text.
      return /^(a+)+$/.test("a".repeat(64) + "b") ? undefined : undefined;
    default:
      record.hash.set("done", "1");
  }
}

function deeper(depth: number): number {
  return deeper(depth + 1) + 1;
}
