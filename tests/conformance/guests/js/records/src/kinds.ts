// Every function for texts, JSON, hashes, lists, sets, sorted sets and streams.
import { hash as hashOf, list as listOf, utf8, type Record } from "remold-transform";
import { bytes, refused, same, that } from "./check.ts";

/** The clock that cases have. */
const NOW = 1_767_225_600_000;

/** A value that is no text, and a name for it. */
const RAW = bytes(0xff, 0x00);

export function text(record: Record): void {
  same(record.text, "Ada");
  record.bytes = RAW;
  same(record.bytes, RAW);
  refused("not-text", () => record.text);
  refused("wrong-kind", () => record.hash.size);
  record.text = "";
  same(record.bytes, bytes());
  record.text = "Ødegård";
  same(record.text, "Ødegård");
}

export function json(record: Record): void {
  const { json } = record;
  same(json.get("/name"), "Ada");
  that(json.get("/none") === undefined && !json.has("/none"));
  same([json.source("/price"), json.source("/tags/1")], ["4.50", '"b"']);
  json.set("/name", "Grace");
  json.set("/new", [1, 2]);
  json.setSource("/tags/-", "1.0");
  json.delete("/old");
  json.delete("/none");
  refused("invalid-argument", () => json.setSource("/name/first", "1"));
  refused("invalid-argument", () => json.setSource("/name", "nonsense"));
  refused("invalid-argument", () => json.delete(""));
  refused("invalid-argument", () => json.source("name"));
}

export function hash(record: Record): void {
  const { hash } = record;
  same(hash.size, 2);
  same([hash.getBytes("a"), hash.getBytes("none")], [utf8.encode("1"), null]);
  same([hash.get("b"), hash.get("none"), hash.get(utf8.encode("b"))], ["Ada", null, "Ada"]);
  same([hash.has("a"), hash.has("none"), hash.has(utf8.encode("a"))], [true, false, true]);

  hash.set(RAW, RAW);
  same(hash.getBytes(RAW), RAW);
  refused("not-text", () => [...hash.keys()]);
  hash.delete(RAW);
  hash.set("a", RAW);
  refused("not-text", () => hash.get("a"));
  refused("not-text", () => [...hash]);

  hash.set("a", "2");
  hash.rename("a", RAW);
  hash.rename(RAW, "c");
  hash.rename("none", "d");
  same([...hash.keysBytes()].length, 2);
  same([...hash.keys()].sort(), ["b", "c"]);
  same([...hash].sort(), [["b", "Ada"], ["c", "2"]]);
  hash.delete("none");

  hash.setExpiresAt("c", NOW + 5000);
  same([hash.expiresAt("c"), hash.expiresAt("b")], [NOW + 5000, null]);
  refused("invalid-argument", () => hash.setExpiresAt("none", NOW));
  same([...hash.fields()].filter((field) => field.expiresAt === NOW + 5000).length, 1);
  hash.setExpiresAt("c", null);

  hash.clear();
  same(hash.size, 0);
  for (let number = 0; number < 1000; number += 1) {
    hash.set(number, "x");
  }
  same([...hash.keysBytes()].length, 1000);
  record.value = hashOf({ checked: "1" });
}

export function list(record: Record): void {
  const { list } = record;
  same(list.length, 2);
  same([list.atBytes(0), list.at(-1)], [utf8.encode("b"), "c"]);
  for (const index of [2, -3, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) {
    refused("out-of-range", () => list.at(index));
  }
  list.push("d");
  list.unshift("a");
  list.insert(4, "e");
  list.set(1, "b");
  list.set(1, RAW);
  refused("not-text", () => list.at(1));
  refused("not-text", () => [...list]);
  list.delete(1);
  refused("out-of-range", () => list.insert(9, "x"));
  same([...list], ["a", "c", "d", "e"]);
  list.clear();
  same(list.length, 0);
  for (let number = 0; number < 600; number += 1) {
    list.push(number % 2 === 0 ? String(number) : utf8.encode(String(number)));
  }
  const items = [...list.valuesBytes()];
  same([items.length, items[599]], [600, utf8.encode("599")]);
  record.value = listOf(["checked"]);
}

export function set(record: Record): void {
  const { set } = record;
  same(set.size, 2);
  same([set.has("a"), set.has("none"), set.has(utf8.encode("a"))], [true, false, true]);
  set.add(RAW);
  refused("not-text", () => [...set]);
  set.delete(RAW);
  set.delete("none");
  set.rename("a", "c");
  set.rename("none", "d");
  same([...set].sort(), ["b", "c"]);
  same([...set.valuesBytes()].length, 2);
  set.clear();
  same(set.size, 0);
  set.add("checked");
}

export function sortedSet(record: Record): void {
  const set = record.sortedSet;
  same(set.size, 3);
  const members = [...set.entriesBytes()];
  same([members[0]?.member, members[0]?.score], [utf8.encode("c"), -1.5]);
  same([set.get("a"), set.get("none"), set.get(utf8.encode("a"))], [1, null, 1]);
  same([set.has("a"), set.has("none")], [true, false]);
  set.set("d", Infinity);
  refused("invalid-argument", () => set.set("d", NaN));
  set.set(RAW, 1);
  set.delete(RAW);
  set.rename("c", "e");
  set.delete("a");
  same([...set], [["e", -1.5], ["b", 1], ["d", Infinity]]);
  set.clear();
  same(set.size, 0);
  set.set("checked", 1.25);
}

export function stream(record: Record): void {
  const { stream } = record;
  const [first, second, third] = ["1-0", "2-0", "3-1"];
  same([stream.size, stream.lastId], [2, second]);
  same([...stream.ids()], [first, second]);
  same([...stream][0], [first, [["a", "1"], ["b", "2"]]]);
  same([...stream.entriesBytes()].length, 2);
  const group = stream.groups()[0];
  that(group !== undefined);
  same([utf8.decode(group.name), group.lastId, group.pending, group.consumers], ["workers", first, 1, 1]);

  same(stream.fieldBytes(first, "a"), utf8.encode("1"));
  same([stream.field(first, "b"), stream.field(first, "none"), stream.get(third)], ["2", null, null]);

  stream.setField(first, "c", bytes(0xff));
  refused("not-text", () => stream.field(first, "c"));
  stream.renameField(first, "a", "A");
  stream.deleteField(first, "b");
  stream.setField(first, "c", "3");
  same(stream.get(first), [["A", "1"], ["c", "3"]]);
  stream.set(second, [["x", "y"], ["x", "z"]]);
  same(stream.get(second)?.length, 2);
  refused("invalid-argument", () => stream.setField(third, "a", "1"));
  refused("invalid-argument", () => stream.set(second, []));
  refused("invalid-argument", () => stream.deleteField(second, "x"));
  refused("invalid-argument", () => stream.add(second, { a: "1" }));
  refused("invalid-argument", () => stream.add(third, []));
  stream.add(third, { checked: "1" });
  stream.delete(second);
  same([stream.size, stream.lastId], [2, third]);
}
