// The stand-in for the functions of sorted sets.
import type { SortedSetsHost, WitScored } from "../host/contract.ts";
import { compare, encodeUtf8, same, shown, textOf } from "./bytes.ts";
import { editable, slotAt, valueOf } from "./state.ts";
import { checkScore } from "./values.ts";

const membersOf = (i: number): WitScored[] => valueOf(slotAt(i), "sorted-set");
const editableMembers = (i: number): WitScored[] => valueOf(editable(i), "sorted-set");

function find(members: WitScored[], member: Uint8Array): WitScored | undefined {
  return members.find((one) => same(one.member, member));
}

function remove(members: WitScored[], member: Uint8Array): void {
  const place = members.findIndex((one) => same(one.member, member));
  if (place >= 0) {
    members.splice(place, 1);
  }
}

/** The functions of sorted sets. */
export const sortedSets: SortedSetsHost = {
  len: (i) => membersOf(i).length,
  contains: (i, member) => find(membersOf(i), member) !== undefined,
  score: (i, member) => find(membersOf(i), member)?.score ?? null,
  scoreText: (i, member) => sortedSets.score(i, encodeUtf8(member)),
  add(i, member, score) {
    checkScore(score);
    const members = editableMembers(i);
    const found = find(members, member);
    if (found === undefined) {
      members.push({ member, score });
    } else {
      found.score = score;
    }
  },
  addText: (i, member, score) => sortedSets.add(i, encodeUtf8(member), score),
  remove: (i, member) => remove(editableMembers(i), member),
  removeText: (i, member) => sortedSets.remove(i, encodeUtf8(member)),
  rename(i, from, to) {
    const members = editableMembers(i);
    const found = find(members, from);
    if (found !== undefined && !same(from, to)) {
      remove(members, to);
      found.member = to;
    }
  },
  clear: (i) => void editableMembers(i).splice(0),
  members(i, start, limit) {
    const inOrder = [...membersOf(i)].sort((a, b) => a.score - b.score || compare(a.member, b.member));
    return inOrder.slice(start, start + limit).map((scored) => ({ ...scored }));
  },
  membersText: (i, start, limit) =>
    sortedSets
      .members(i, start, limit)
      .map(({ member, score }) => [textOf(member, `the member ${shown(member)}`), score]),
};
