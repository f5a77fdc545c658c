/// Records: what all kinds have in common.
#include "record.h"
#include "call.h"
#include "walk.h"

/// A value as arguments, each where the canonical ABI has it.
#define PASS_VALUE(flat) (flat).kind, (flat).v0, (flat).v1, (flat).v2, (flat).v3, (flat).v4, (flat).v5

typedef struct flat_value {
    uint32_t kind;
    uintptr_t v0, v1;
    uint64_t v2, v3;
    uintptr_t v4, v5;
} flat_value;

static flat_value flatten(const remold_value *value) {
    const remold_stream *stream = &value->stream;
    const remold_opaque *opaque = &value->opaque;
    switch (value->kind) {
    case REMOLD_STREAM:
        return (flat_value){
            value->kind, (uintptr_t)stream->entries.items, stream->entries.count,
            stream->last_id.ms, stream->last_id.seq, 0, 0};
    case REMOLD_OPAQUE:
        return (flat_value){
            value->kind, opaque->type_id, opaque->module.present,
            (uintptr_t)opaque->module.name.data, opaque->module.name.size,
            (uintptr_t)opaque->bytes.data, opaque->bytes.size};
    default:
        // All others are a pointer and a length.
        return (flat_value){value->kind, (uintptr_t)value->text.data, value->text.size, 0, 0, 0, 0};
    }
}

/// Says whether none of so many bytes is nothing. They stand `step` bytes apart, as part of larger things.
static bool are_there(remold_record *rec, const void *first, size_t count, size_t step) {
    for (size_t at = 0; at < count; at++) {
        if (!MAY_CALL(rec, *(const remold_bytes *)((const char *)first + at * step))) {
            return false;
        }
    }
    return !remold_failed(rec);
}

/// Says the same of names and the values behind them.
static bool are_pairs(remold_record *rec, const void *first, size_t count, size_t step) {
    return are_there(rec, first, count, step)
        && (count == 0 || are_there(rec, (const remold_bytes *)first + 1, count, step));
}

bool remold_may_pass(remold_record *rec, const remold_value *value) {
    const remold_entry_list *entries = &value->stream.entries;
    switch (value->kind) {
    case REMOLD_TEXT:
        return MAY_CALL(rec, value->text);
    case REMOLD_LIST:
    case REMOLD_SET:
        return are_there(rec, value->list.items, value->list.count, sizeof(remold_bytes));
    case REMOLD_SORTED_SET:
        return are_there(rec, value->sorted_set.items, value->sorted_set.count, sizeof(remold_scored));
    case REMOLD_HASH:
        return are_pairs(rec, value->hash.items, value->hash.count, sizeof(remold_field));
    case REMOLD_STREAM:
        for (size_t at = 0; at < entries->count; at++) {
            const remold_pair_list *pairs = &entries->items[at].fields;
            if (!are_pairs(rec, pairs->items, pairs->count, sizeof(remold_pair))) {
                return false;
            }
        }
        return !remold_failed(rec);
    case REMOLD_OPAQUE:
        return MAY_CALL(rec, value->opaque.bytes)
            && (!value->opaque.module.present || MAY_CALL_TEXT(rec, value->opaque.module.name));
    default:
        remold_fault_set(rec->fault, REMOLD_NO_REFUSAL, remold_bytes_of("a value of no kind is passed"));
        return false;
    }
}

remold_bytes (remold_key)(remold_record *rec) {
    remold_bytes key;
    remold_host_records_key(rec->number, &key);
    return key;
}

remold_bytes (remold_key_text)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_records_key_text, rec->number);
    return answer.bytes;
}

remold_kind (remold_kind_of)(remold_record *rec) {
    return (remold_kind)remold_host_records_kind(rec->number);
}

uint64_t (remold_size)(remold_record *rec) {
    return remold_host_records_size(rec->number);
}

uint64_t (remold_seed)(remold_record *rec) {
    return remold_host_records_seed(rec->number);
}

remold_time (remold_expires_at)(remold_record *rec) {
    remold_time at;
    remold_host_records_expires_at(rec->number, &at);
    return at;
}

void (remold_set_expires_at)(remold_record *rec, remold_time at) {
    ANSWER(rec, !remold_failed(rec), remold_host_records_set_expires_at, rec->number, PASS_TIME(at));
}

remold_time (remold_ttl)(remold_record *rec) {
    remold_time left;
    remold_host_records_ttl(rec->number, &left);
    return left;
}

void (remold_set_ttl)(remold_record *rec, remold_time left) {
    ANSWER(rec, !remold_failed(rec), remold_host_records_set_ttl, rec->number, PASS_TIME(left));
}

remold_value (remold_get_value)(remold_record *rec) {
    remold_value value;
    remold_host_records_get_value(rec->number, &value);
    return value;
}

void (remold_set_value)(remold_record *rec, remold_value value) {
    flat_value flat = flatten(&value);
    ANSWER(rec, remold_may_pass(rec, &value), remold_host_records_set_value, rec->number, PASS_VALUE(flat));
}

void (remold_rename)(remold_record *rec, remold_bytes key) {
    ANSWER(rec, MAY_CALL(rec, key), remold_host_records_rename, rec->number, PASS(key));
}

void (remold_delete)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_records_delete, rec->number);
}

void (remold_emit)(remold_record *rec, remold_bytes key, remold_value value, remold_time expires_at) {
    flat_value flat = flatten(&value);
    bool may = MAY_CALL(rec, key) && remold_may_pass(rec, &value);
    ANSWER(rec, may, remold_host_records_emit, rec->number, PASS(key), PASS_VALUE(flat), PASS_TIME(expires_at));
}

void (remold_remove)(remold_record *rec, remold_bytes key) {
    ANSWER(rec, MAY_CALL(rec, key), remold_host_records_remove, rec->number, PASS(key));
}

void (remold_ask)(remold_record *rec, remold_bytes key) {
    ANSWER(rec, MAY_CALL(rec, key), remold_host_records_ask, rec->number, PASS(key));
}

remold_record *(remold_lookup)(remold_record *rec, remold_bytes key) {
    ANSWER(rec, MAY_CALL(rec, key), remold_host_records_lookup, rec->number, PASS(key));
    if (!answer.optional_number.present) {
        return NULL;
    }
    remold_record *found = REMOLD_ARRAY(remold_record, 1);
    *found = (remold_record){answer.optional_number.number, rec->fault};
    return found;
}

const void *remold_step(remold_walk *walk, size_t size, remold_page page) {
    if (walk->done == walk->count) {
        ANSWER(walk->rec, !remold_failed(walk->rec), page, walk->rec->number, walk->next, REMOLD_PAGE);
        walk->page = answer.list.items;
        walk->count = answer.list.count;
        walk->next += (uint32_t)answer.list.count;
        walk->done = 0;
    }
    if (walk->count == 0 || remold_failed(walk->rec)) {
        return NULL;
    }
    return (const char *)walk->page + size * walk->done++;
}
