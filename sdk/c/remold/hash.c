/// Records that hold a hash.
#include "hash.h"
#include "call.h"
#include "walk.h"

remold_bytes (remold_hash_get)(remold_record *rec, remold_bytes name) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_hashes_get, rec->number, PASS(name));
    return remold_optional(answer.optional_bytes);
}

remold_bytes (remold_hash_get_text)(remold_record *rec, remold_bytes name) {
    ANSWER(rec, MAY_CALL_TEXT(rec, name), remold_host_hashes_get_text, rec->number, PASS(name));
    return remold_optional(answer.optional_bytes);
}

void (remold_hash_set)(remold_record *rec, remold_bytes name, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, name, value), remold_host_hashes_set, rec->number, PASS(name), PASS(value));
}

void (remold_hash_rename)(remold_record *rec, remold_bytes from, remold_bytes to) {
    ANSWER(rec, MAY_CALL(rec, from, to), remold_host_hashes_rename, rec->number, PASS(from), PASS(to));
}

void (remold_hash_remove)(remold_record *rec, remold_bytes name) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_hashes_remove, rec->number, PASS(name));
}

bool (remold_hash_contains)(remold_record *rec, remold_bytes name) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_hashes_contains, rec->number, PASS(name));
    return answer.truth;
}

uint32_t (remold_hash_len)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_len, rec->number);
    return answer.number;
}

void (remold_hash_clear)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_clear, rec->number);
}

bool remold_hash_next(remold_walk *walk, remold_field *field) {
    const remold_field *next = remold_step(walk, sizeof *next, remold_host_hashes_fields);
    *field = next == NULL ? (remold_field){{NULL, 0}, {NULL, 0}, {false, 0}} : *next;
    return next != NULL;
}

bool remold_hash_next_name(remold_walk *walk, remold_bytes *name) {
    const remold_bytes *next = remold_step(walk, sizeof *next, remold_host_hashes_names);
    *name = next == NULL ? REMOLD_NOTHING : *next;
    return next != NULL;
}

remold_bytes_list (remold_hash_names)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_names, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}

remold_bytes_list (remold_hash_names_text)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_names_text, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}

remold_field_list (remold_hash_fields)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_fields, rec->number, start, limit);
    return (remold_field_list){answer.list.items, answer.list.count};
}

remold_pair_list (remold_hash_fields_text)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_hashes_fields_text, rec->number, start, limit);
    return (remold_pair_list){answer.list.items, answer.list.count};
}

remold_time (remold_hash_expires_at)(remold_record *rec, remold_bytes name) {
    WIDE_ANSWER(rec, MAY_CALL(rec, name), remold_host_hashes_expires_at, rec->number, PASS(name));
    return answer.time;
}

void (remold_hash_set_expires_at)(remold_record *rec, remold_bytes name, remold_time at) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_hashes_set_expires_at, rec->number, PASS(name), PASS_TIME(at));
}
