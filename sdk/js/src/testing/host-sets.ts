// The stand-in for the functions of sets.
import type { SetsHost } from "../host/contract.ts";
import { encodeUtf8, same, shown, textOf } from "./bytes.ts";
import { editable, slotAt, valueOf } from "./state.ts";

const membersOf = (i: number): Uint8Array[] => valueOf(slotAt(i), "set");
const editableMembers = (i: number): Uint8Array[] => valueOf(editable(i), "set");

function remove(members: Uint8Array[], member: Uint8Array): void {
  const place = members.findIndex((one) => same(one, member));
  if (place >= 0) {
    members.splice(place, 1);
  }
}

/** The functions of sets. */
export const sets: SetsHost = {
  len: (i) => membersOf(i).length,
  contains: (i, member) => membersOf(i).some((one) => same(one, member)),
  containsText: (i, member) => sets.contains(i, encodeUtf8(member)),
  add(i, member) {
    const members = editableMembers(i);
    if (!sets.contains(i, member)) {
      members.push(member);
    }
  },
  addText: (i, member) => sets.add(i, encodeUtf8(member)),
  remove: (i, member) => remove(editableMembers(i), member),
  removeText: (i, member) => sets.remove(i, encodeUtf8(member)),
  rename(i, from, to) {
    const members = editableMembers(i);
    if (sets.contains(i, from) && !same(from, to)) {
      remove(members, to);
      members[members.findIndex((one) => same(one, from))] = to;
    }
  },
  clear: (i) => void editableMembers(i).splice(0),
  members: (i, start, limit) => membersOf(i).slice(start, start + limit),
  membersText: (i, start, limit) =>
    sets.members(i, start, limit).map((member) => textOf(member, `the member ${shown(member)}`)),
};
