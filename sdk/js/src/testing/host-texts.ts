// The stand-in for the functions of text records.
import type { TextsHost } from "../host/contract.ts";
import { encodeUtf8, textOf } from "./bytes.ts";
import { editable, slotAt, valueOf } from "./state.ts";

/** The functions of text records. */
export const texts: TextsHost = {
  get: (i) => valueOf(slotAt(i), "text"),
  getText: (i) => textOf(texts.get(i), "the value"),
  set(i, value) {
    const slot = editable(i);
    valueOf(slot, "text");
    slot.value = { tag: "text", val: value };
  },
  setText: (i, value) => texts.set(i, encodeUtf8(value)),
};
