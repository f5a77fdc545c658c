// The globals of JavaScript that the sandbox has no other source for: the clock, which is the run's frozen one, random
// numbers, which are the record's own, and the console, which writes to the run's log.
import { context } from "#host";
import { draw } from "./drawing.ts";

const RealDate = Date;
const nowMs = (): number => context.nowMs();

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(nowMs()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
});
RealDate.now = nowMs;
RealDate.prototype.constructor = globalThis.Date;

Math.random = draw;

Object.defineProperty(globalThis, "performance", { value: { timeOrigin: 0, now: nowMs } });

const write =
  (level: "debug" | "info" | "warn") =>
  (...words: unknown[]): void =>
    context.log(level, words.map(printed).join(" ").toWellFormed());

Object.defineProperty(globalThis, "console", {
  value: {
    debug: write("debug"),
    error: write("warn"),
    info: write("info"),
    log: write("info"),
    trace: write("debug"),
    warn: write("warn"),
  },
});

function printed(word: unknown): string {
  if (typeof word !== "object" || word === null || word instanceof Error) {
    return String(word);
  }
  return JSON.stringify(word, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? String(word);
}
