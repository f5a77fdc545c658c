// The stand-in for the functions of lists.
import type { ListsHost } from "../host/contract.ts";
import { HostError } from "../host-error.ts";
import { encodeUtf8, textOf } from "./bytes.ts";
import { editable, slotAt, valueOf } from "./state.ts";

const itemsOf = (i: number): Uint8Array[] => valueOf(slotAt(i), "list");
const editableItems = (i: number): Uint8Array[] => valueOf(editable(i), "list");

/** Resolves an index that may count from the end, or refuses. */
function position(index: number, size: number): number {
  const resolved = index < 0 ? index + size : index;
  if (resolved < 0 || resolved >= size) {
    throw new HostError("out-of-range", `item ${index} does not exist, there are ${size}`);
  }
  return resolved;
}

/** The functions of lists. */
export const lists: ListsHost = {
  len: (i) => itemsOf(i).length,
  get(i, index) {
    const items = itemsOf(i);
    return items[position(index, items.length)]!;
  },
  getText: (i, index) => textOf(lists.get(i, index), `the item ${index}`),
  set(i, index, value) {
    const items = editableItems(i);
    items[position(index, items.length)] = value;
  },
  setText: (i, index, value) => lists.set(i, index, encodeUtf8(value)),
  push: (i, value) => void editableItems(i).push(value),
  pushText: (i, value) => lists.push(i, encodeUtf8(value)),
  pushFront: (i, value) => void editableItems(i).unshift(value),
  insert(i, index, value) {
    const items = editableItems(i);
    const place = index === items.length ? index : position(index, items.length);
    items.splice(place, 0, value);
  },
  remove(i, index) {
    const items = editableItems(i);
    items.splice(position(index, items.length), 1);
  },
  clear: (i) => void editableItems(i).splice(0),
  items: (i, start, limit) => itemsOf(i).slice(start, start + limit),
  itemsText: (i, start, limit) =>
    lists.items(i, start, limit).map((item, place) => textOf(item, `the item ${start + place}`)),
};
