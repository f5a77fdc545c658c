/// Records that hold a set, or a sorted set.
#include "set.h"
#include "call.h"
#include "walk.h"

uint32_t (remold_set_len)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_sets_len, rec->number);
    return answer.number;
}

bool (remold_set_contains)(remold_record *rec, remold_bytes member) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sets_contains, rec->number, PASS(member));
    return answer.truth;
}

void (remold_set_add)(remold_record *rec, remold_bytes member) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sets_add, rec->number, PASS(member));
}

void (remold_set_remove)(remold_record *rec, remold_bytes member) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sets_remove, rec->number, PASS(member));
}

void (remold_set_rename)(remold_record *rec, remold_bytes from, remold_bytes to) {
    ANSWER(rec, MAY_CALL(rec, from, to), remold_host_sets_rename, rec->number, PASS(from), PASS(to));
}

void (remold_set_clear)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_sets_clear, rec->number);
}

bool remold_set_next(remold_walk *walk, remold_bytes *member) {
    const remold_bytes *next = remold_step(walk, sizeof *next, remold_host_sets_members);
    *member = next == NULL ? REMOLD_NOTHING : *next;
    return next != NULL;
}

remold_bytes_list (remold_set_members)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_sets_members, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}

remold_bytes_list (remold_set_members_text)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_sets_members_text, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}

uint32_t (remold_sorted_set_len)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_sorted_sets_len, rec->number);
    return answer.number;
}

bool (remold_sorted_set_contains)(remold_record *rec, remold_bytes member) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sorted_sets_contains, rec->number, PASS(member));
    return answer.truth;
}

bool (remold_sorted_set_score)(remold_record *rec, remold_bytes member, double *score) {
    WIDE_ANSWER(rec, MAY_CALL(rec, member), remold_host_sorted_sets_score, rec->number, PASS(member));
    *score = answer.score.present ? answer.score.number : 0;
    return answer.score.present;
}

void (remold_sorted_set_add)(remold_record *rec, remold_bytes member, double score) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sorted_sets_add, rec->number, PASS(member), score);
}

void (remold_sorted_set_remove)(remold_record *rec, remold_bytes member) {
    ANSWER(rec, MAY_CALL(rec, member), remold_host_sorted_sets_remove, rec->number, PASS(member));
}

void (remold_sorted_set_rename)(remold_record *rec, remold_bytes from, remold_bytes to) {
    ANSWER(rec, MAY_CALL(rec, from, to), remold_host_sorted_sets_rename, rec->number, PASS(from), PASS(to));
}

void (remold_sorted_set_clear)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_sorted_sets_clear, rec->number);
}

bool remold_sorted_set_next(remold_walk *walk, remold_scored *member) {
    const remold_scored *next = remold_step(walk, sizeof *next, remold_host_sorted_sets_members);
    *member = next == NULL ? (remold_scored){{NULL, 0}, 0} : *next;
    return next != NULL;
}

remold_scored_list (remold_sorted_set_members)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_sorted_sets_members, rec->number, start, limit);
    return (remold_scored_list){answer.list.items, answer.list.count};
}

remold_scored_list (remold_sorted_set_members_text)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_sorted_sets_members_text, rec->number, start, limit);
    return (remold_scored_list){answer.list.items, answer.list.count};
}
