/// Records that hold a set, or a sorted set. Every function fails on another kind.
#ifndef REMOLD_SET_H
#define REMOLD_SET_H

#include "record.h"

/// Returns the number of members.
uint32_t remold_set_len(remold_record *rec);
#define remold_set_len(rec) remold_set_len(REMOLD_HERE(rec))

/// Says whether there is such a member.
bool remold_set_contains(remold_record *rec, remold_bytes member);
#define remold_set_contains(rec, member) remold_set_contains(REMOLD_HERE(rec), REMOLD_BYTES(member))

/// Adds a member, if it is not there.
void remold_set_add(remold_record *rec, remold_bytes member);
#define remold_set_add(rec, member) remold_set_add(REMOLD_HERE(rec), REMOLD_BYTES(member))

/// Removes a member, if it is there.
void remold_set_remove(remold_record *rec, remold_bytes member);
#define remold_set_remove(rec, member) remold_set_remove(REMOLD_HERE(rec), REMOLD_BYTES(member))

/// Replaces a member by another one, if it is there.
void remold_set_rename(remold_record *rec, remold_bytes from, remold_bytes to);
#define remold_set_rename(rec, from, to) remold_set_rename(REMOLD_HERE(rec), REMOLD_BYTES(from), REMOLD_BYTES(to))

/// Removes all members.
void remold_set_clear(remold_record *rec);
#define remold_set_clear(rec) remold_set_clear(REMOLD_HERE(rec))

/// Takes the next member of a walk; returns false at the end.
bool remold_set_next(remold_walk *walk, remold_bytes *member);

/// Returns up to `limit` members from number `start` on; an empty list is the end.
remold_bytes_list remold_set_members(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_set_members(rec, start, limit) remold_set_members(REMOLD_HERE(rec), start, limit)

/// Returns members. Fails if one is not UTF-8.
remold_bytes_list remold_set_members_text(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_set_members_text(rec, start, limit) remold_set_members_text(REMOLD_HERE(rec), start, limit)

/// Returns the number of members.
uint32_t remold_sorted_set_len(remold_record *rec);
#define remold_sorted_set_len(rec) remold_sorted_set_len(REMOLD_HERE(rec))

/// Says whether there is such a member.
bool remold_sorted_set_contains(remold_record *rec, remold_bytes member);
#define remold_sorted_set_contains(rec, member) remold_sorted_set_contains(REMOLD_HERE(rec), REMOLD_BYTES(member))

/// Tells the score of a member and returns true; returns false, and tells 0, if there is no such member.
bool remold_sorted_set_score(remold_record *rec, remold_bytes member, double *score);
#define remold_sorted_set_score(rec, member, score) \
    remold_sorted_set_score(REMOLD_HERE(rec), REMOLD_BYTES(member), score)

/// Adds a member with its score, or sets the score of a member. Fails if the score is NaN.
void remold_sorted_set_add(remold_record *rec, remold_bytes member, double score);
#define remold_sorted_set_add(rec, member, score) remold_sorted_set_add(REMOLD_HERE(rec), REMOLD_BYTES(member), score)

/// Removes a member, if it is there.
void remold_sorted_set_remove(remold_record *rec, remold_bytes member);
#define remold_sorted_set_remove(rec, member) remold_sorted_set_remove(REMOLD_HERE(rec), REMOLD_BYTES(member))

/// Renames a member, which keeps its score, if it is there. A member that has the new name is replaced.
void remold_sorted_set_rename(remold_record *rec, remold_bytes from, remold_bytes to);
#define remold_sorted_set_rename(rec, from, to) \
    remold_sorted_set_rename(REMOLD_HERE(rec), REMOLD_BYTES(from), REMOLD_BYTES(to))

/// Removes all members.
void remold_sorted_set_clear(remold_record *rec);
#define remold_sorted_set_clear(rec) remold_sorted_set_clear(REMOLD_HERE(rec))

/// Takes the next member of a walk with its score, in ZRANGE's order; returns false at the end.
bool remold_sorted_set_next(remold_walk *walk, remold_scored *member);

/// Returns up to `limit` members from number `start` on in ZRANGE's order; an empty list is the end.
remold_scored_list remold_sorted_set_members(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_sorted_set_members(rec, start, limit) remold_sorted_set_members(REMOLD_HERE(rec), start, limit)

/// Returns members with their scores in ZRANGE's order. Fails if one is not UTF-8.
remold_scored_list remold_sorted_set_members_text(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_sorted_set_members_text(rec, start, limit) remold_sorted_set_members_text(REMOLD_HERE(rec), start, limit)

#endif
