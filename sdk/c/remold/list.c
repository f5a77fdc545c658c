/// Records that hold a list.
#include "list.h"
#include "call.h"
#include "walk.h"

uint32_t (remold_list_len)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_len, rec->number);
    return answer.number;
}

remold_bytes (remold_list_get)(remold_record *rec, int64_t index) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_get, rec->number, index);
    return answer.bytes;
}

remold_bytes (remold_list_get_text)(remold_record *rec, int64_t index) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_get_text, rec->number, index);
    return answer.bytes;
}

void (remold_list_set)(remold_record *rec, int64_t index, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, value), remold_host_lists_set, rec->number, index, PASS(value));
}

void (remold_list_push)(remold_record *rec, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, value), remold_host_lists_push, rec->number, PASS(value));
}

void (remold_list_push_front)(remold_record *rec, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, value), remold_host_lists_push_front, rec->number, PASS(value));
}

void (remold_list_insert)(remold_record *rec, int64_t index, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, value), remold_host_lists_insert, rec->number, index, PASS(value));
}

void (remold_list_remove)(remold_record *rec, int64_t index) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_remove, rec->number, index);
}

void (remold_list_clear)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_clear, rec->number);
}

bool remold_list_next(remold_walk *walk, remold_bytes *item) {
    const remold_bytes *next = remold_step(walk, sizeof *next, remold_host_lists_items);
    *item = next == NULL ? REMOLD_NOTHING : *next;
    return next != NULL;
}

remold_bytes_list (remold_list_items)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_items, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}

remold_bytes_list (remold_list_items_text)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_lists_items_text, rec->number, start, limit);
    return (remold_bytes_list){answer.list.items, answer.list.count};
}
