/// Records that hold a stream.
#include "stream.h"
#include "call.h"
#include "walk.h"

#define PASS_ID(id) (id).ms, (id).seq

/// Says whether fields can be passed: none of them has nothing for a name or value.
static bool may_pass(remold_record *rec, const remold_pair *fields, size_t count) {
    for (size_t at = 0; at < count; at++) {
        if (!MAY_CALL(rec, fields[at].name, fields[at].value)) {
            return false;
        }
    }
    return !remold_failed(rec);
}

uint32_t (remold_stream_len)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_len, rec->number);
    return answer.number;
}

remold_stream_id (remold_stream_last_id)(remold_record *rec) {
    WIDE_ANSWER(rec, !remold_failed(rec), remold_host_streams_last_id, rec->number);
    return answer.id;
}

bool remold_stream_next(remold_walk *walk, remold_entry *entry) {
    const remold_entry *next = remold_step(walk, sizeof *next, remold_host_streams_entries);
    *entry = next == NULL ? (remold_entry){{0, 0}, {NULL, 0}} : *next;
    return next != NULL;
}

bool remold_stream_next_id(remold_walk *walk, remold_stream_id *id) {
    const remold_stream_id *next = remold_step(walk, sizeof *next, remold_host_streams_ids);
    *id = next == NULL ? (remold_stream_id){0, 0} : *next;
    return next != NULL;
}

remold_stream_id_list (remold_stream_ids)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_ids, rec->number, start, limit);
    return (remold_stream_id_list){answer.list.items, answer.list.count};
}

remold_entry_list (remold_stream_entries)(remold_record *rec, uint32_t start, uint32_t limit) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_entries, rec->number, start, limit);
    return (remold_entry_list){answer.list.items, answer.list.count};
}

remold_pair_list (remold_stream_get)(remold_record *rec, remold_stream_id id) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_get, rec->number, PASS_ID(id));
    if (!answer.optional_list.present) {
        return (remold_pair_list){NULL, 0};
    }
    return (remold_pair_list){answer.optional_list.list.items, answer.optional_list.list.count};
}

remold_bytes (remold_stream_field)(remold_record *rec, remold_stream_id id, remold_bytes name) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_streams_field, rec->number, PASS_ID(id), PASS(name));
    return remold_optional(answer.optional_bytes);
}

remold_bytes (remold_stream_field_text)(remold_record *rec, remold_stream_id id, remold_bytes name) {
    ANSWER(rec, MAY_CALL_TEXT(rec, name), remold_host_streams_field_text, rec->number, PASS_ID(id), PASS(name));
    return remold_optional(answer.optional_bytes);
}

void (remold_stream_set)(remold_record *rec, remold_stream_id id, const remold_pair *fields, size_t count) {
    ANSWER(rec, may_pass(rec, fields, count), remold_host_streams_set, rec->number, PASS_ID(id), fields, count);
}

void (remold_stream_set_field)(remold_record *rec, remold_stream_id id, remold_bytes name, remold_bytes value) {
    bool may = MAY_CALL(rec, name, value);
    ANSWER(rec, may, remold_host_streams_set_field, rec->number, PASS_ID(id), PASS(name), PASS(value));
}

void (remold_stream_rename_field)(remold_record *rec, remold_stream_id id, remold_bytes from, remold_bytes to) {
    bool may = MAY_CALL(rec, from, to);
    ANSWER(rec, may, remold_host_streams_rename_field, rec->number, PASS_ID(id), PASS(from), PASS(to));
}

void (remold_stream_remove_field)(remold_record *rec, remold_stream_id id, remold_bytes name) {
    ANSWER(rec, MAY_CALL(rec, name), remold_host_streams_remove_field, rec->number, PASS_ID(id), PASS(name));
}

void (remold_stream_add)(remold_record *rec, remold_stream_id id, const remold_pair *fields, size_t count) {
    ANSWER(rec, may_pass(rec, fields, count), remold_host_streams_add, rec->number, PASS_ID(id), fields, count);
}

void (remold_stream_remove)(remold_record *rec, remold_stream_id id) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_remove, rec->number, PASS_ID(id));
}

remold_group_list (remold_stream_groups)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_streams_groups, rec->number);
    return (remold_group_list){answer.list.items, answer.list.count};
}
