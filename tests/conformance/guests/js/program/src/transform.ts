// A program over `user:*` that calls every function. The text at `user:3` says how it is to end.
import { backup, keyspace, list, reject, set, skip, utf8, type Outcome, type Record } from "remold-transform";
import * as host from "../../../../../../sdk/js/src/host/component-program.ts";
import { calls, count } from "./calls.ts";
import { refused, same, that } from "./check.ts";

count(host);

export function run(): Outcome {
  same(keyspace.resumedFrom(), null);
  same([...keyspace.scan("user:*", "hash")].sort(), ["user:1", "user:2"]);
  same([...keyspace.scanBytes("user:*")].length, 3);
  refused("denied", () => keyspace.get("secret:1"));
  refused("denied", () => backup.create("before"));

  const [one, two, three, none] = keyspace.getAll(["user:1", "user:2", utf8.encode("user:3"), "user:none"]);
  that(none === null);
  const [first, second, third] = [one, two, three].map((record) => record as Record) as [Record, Record, Record];
  const end = third.text;
  first.hash.set("seen", "1");
  second.emit("made:2", list(["x"]));
  same(keyspace.applyAll([first, second, third]), ["applied", "applied", "unchanged"]);
  keyspace.progress(1);
  keyspace.progress(2, 3);
  keyspace.checkpoint("half");

  const again = keyspace.get("user:1");
  that(again !== null);
  same([again.key, keyspace.apply(again)], ["user:1", "already"]);
  keyspace.release(...(keyspace.getAll(["user:2", "user:3"]) as Record[]));
  const called = calls();
  if (called !== null) {
    const told = keyspace.get("calls:1") as Record;
    told.value = set(called);
    keyspace.apply(told);
  }
  switch (end) {
    case "skip":
      return skip("as asked for");
    case "reject":
      return reject("as-asked", "for");
    case "fail":
      throw new Error("as asked for");
  }
}
