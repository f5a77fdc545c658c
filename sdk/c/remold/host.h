/// The functions of the host as the canonical ABI lowers them: what stands between a transform and the WIT package
/// `remold:transform@0.1.0`. The SDK's own; nothing for users. Outside WebAssembly the test double defines them.
///
/// How the WIT became this. Bytes and lists are a pointer and a length, an option a flag before its value, an enum a
/// number. What takes more than one word to return is written to the address that is given last. There, a variant is
/// a byte that tells the case, and behind it the case at the greatest alignment of all cases, as in a C struct.
#ifndef REMOLD_HOST_H
#define REMOLD_HOST_H

#include "value.h"

#if defined(__wasm__)
#define REMOLD_HOST(interface, function) \
    __attribute__((import_module("remold:transform/" interface "@0.1.0"), import_name(function)))
#else
#define REMOLD_HOST(interface, function)
#endif

/// Bytes, or another list, as two parameters.
#define REMOLD_FLAT(bytes) const char *bytes, size_t bytes##_size

/// A value as parameters: its kind, and the parameters of all kinds laid upon one another.
#define REMOLD_FLAT_VALUE \
    uint32_t kind, uintptr_t v0, uintptr_t v1, uint64_t v2, uint64_t v3, uintptr_t v4, uintptr_t v5

/// `list<T>`
typedef struct remold_host_list {
    void *items;
    size_t count;
} remold_host_list;

/// `option<list<u8>>`
typedef struct remold_host_bytes {
    bool present;
    remold_bytes bytes;
} remold_host_bytes;

/// `option<u32>`
typedef struct remold_host_number {
    bool present;
    uint32_t number;
} remold_host_number;

/// `option<value>`
typedef struct remold_host_value {
    bool present;
    remold_value value;
} remold_host_value;

/// `host-error`
typedef struct remold_host_error {
    uint8_t code;
    remold_bytes message;
} remold_host_error;

/// `result<T, host-error>` where no part of T has more than four bytes in its alignment
typedef struct remold_answer {
    bool refused;
    union {
        remold_host_error error;
        bool truth;
        uint32_t number;
        remold_bytes bytes;
        remold_host_list list;
        remold_host_bytes optional_bytes;
        remold_host_number optional_number;
        struct {
            bool present;
            remold_host_list list;
        } optional_list;
    };
} remold_answer;

/// `result<T, host-error>` where T has parts of eight bytes
typedef struct remold_wide_answer {
    bool refused;
    union {
        remold_host_error error;
        remold_time time;
        struct {
            bool present;
            double number;
        } score;
        remold_stream_id id;
    };
} remold_wide_answer;

#if defined(__wasm32__)
#define REMOLD_LAYOUT(type, member, offset) \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member " lies elsewhere in the canonical ABI")
#define REMOLD_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size in the canonical ABI")
REMOLD_SIZE(remold_bytes, 8);
REMOLD_SIZE(remold_time, 16);
REMOLD_LAYOUT(remold_time, ms, 8);
REMOLD_SIZE(remold_host_bytes, 12);
REMOLD_LAYOUT(remold_host_bytes, bytes, 4);
REMOLD_SIZE(remold_host_number, 8);
REMOLD_LAYOUT(remold_host_number, number, 4);
REMOLD_SIZE(remold_host_error, 12);
REMOLD_LAYOUT(remold_host_error, message, 4);
REMOLD_LAYOUT(remold_answer, error, 4);
REMOLD_LAYOUT(remold_answer, optional_list.list, 8);
REMOLD_LAYOUT(remold_wide_answer, error, 8);
REMOLD_LAYOUT(remold_wide_answer, time.ms, 16);
REMOLD_LAYOUT(remold_wide_answer, id.seq, 16);
REMOLD_SIZE(remold_field, 32);
REMOLD_LAYOUT(remold_field, expires_at, 16);
REMOLD_SIZE(remold_scored, 16);
REMOLD_SIZE(remold_pair, 16);
REMOLD_SIZE(remold_stream_id, 16);
REMOLD_SIZE(remold_entry, 24);
REMOLD_LAYOUT(remold_entry, fields, 16);
REMOLD_SIZE(remold_group, 40);
REMOLD_LAYOUT(remold_group, last_id, 8);
REMOLD_SIZE(remold_stream, 24);
REMOLD_LAYOUT(remold_stream, last_id, 8);
REMOLD_SIZE(remold_opaque, 24);
REMOLD_LAYOUT(remold_opaque, module, 4);
REMOLD_LAYOUT(remold_opaque, bytes, 16);
REMOLD_SIZE(remold_value, 32);
REMOLD_LAYOUT(remold_value, text, 8);
REMOLD_SIZE(remold_host_value, 40);
REMOLD_LAYOUT(remold_host_value, value, 8);
#endif

REMOLD_HOST("context", "parameters")
void remold_host_context_parameters(remold_bytes *answer);
REMOLD_HOST("context", "now-ms")
uint64_t remold_host_context_now_ms(void);
REMOLD_HOST("context", "seed")
uint64_t remold_host_context_seed(void);
REMOLD_HOST("context", "log")
void remold_host_context_log(uint32_t level, REMOLD_FLAT(message));
REMOLD_HOST("context", "print")
void remold_host_context_print(REMOLD_FLAT(text));
REMOLD_HOST("context", "panic")
void remold_host_context_panic(
    REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file), uint32_t line, uint32_t column);

REMOLD_HOST("records", "key")
void remold_host_records_key(uint32_t i, remold_bytes *answer);
REMOLD_HOST("records", "key-text")
void remold_host_records_key_text(uint32_t i, remold_answer *answer);
REMOLD_HOST("records", "kind")
uint32_t remold_host_records_kind(uint32_t i);
REMOLD_HOST("records", "size")
uint64_t remold_host_records_size(uint32_t i);
REMOLD_HOST("records", "seed")
uint64_t remold_host_records_seed(uint32_t i);
REMOLD_HOST("records", "expires-at")
void remold_host_records_expires_at(uint32_t i, remold_time *answer);
REMOLD_HOST("records", "set-expires-at")
void remold_host_records_set_expires_at(uint32_t i, uint32_t present, uint64_t at, remold_answer *answer);
REMOLD_HOST("records", "ttl")
void remold_host_records_ttl(uint32_t i, remold_time *answer);
REMOLD_HOST("records", "set-ttl")
void remold_host_records_set_ttl(uint32_t i, uint32_t present, uint64_t at, remold_answer *answer);
REMOLD_HOST("records", "get-value")
void remold_host_records_get_value(uint32_t i, remold_value *answer);
REMOLD_HOST("records", "set-value")
void remold_host_records_set_value(uint32_t i, REMOLD_FLAT_VALUE, remold_answer *answer);
REMOLD_HOST("records", "rename")
void remold_host_records_rename(uint32_t i, REMOLD_FLAT(key), remold_answer *answer);
REMOLD_HOST("records", "delete")
void remold_host_records_delete(uint32_t i, remold_answer *answer);
REMOLD_HOST("records", "emit")
void remold_host_records_emit(
    uint32_t i, REMOLD_FLAT(key), REMOLD_FLAT_VALUE, uint32_t present, uint64_t at, remold_answer *answer);
REMOLD_HOST("records", "remove")
void remold_host_records_remove(uint32_t i, REMOLD_FLAT(key), remold_answer *answer);
REMOLD_HOST("records", "ask")
void remold_host_records_ask(uint32_t i, REMOLD_FLAT(key), remold_answer *answer);
REMOLD_HOST("records", "lookup")
void remold_host_records_lookup(uint32_t i, REMOLD_FLAT(key), remold_answer *answer);
REMOLD_HOST("records", "skip")
void remold_host_records_skip(uint32_t i, REMOLD_FLAT(reason));
REMOLD_HOST("records", "reject")
void remold_host_records_reject(uint32_t i, REMOLD_FLAT(code), REMOLD_FLAT(message));
REMOLD_HOST("records", "fail")
void remold_host_records_fail(
    uint32_t i, uint32_t has_code, uint32_t code, REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file),
    uint32_t line, uint32_t column);

REMOLD_HOST("texts", "get")
void remold_host_texts_get(uint32_t i, remold_answer *answer);
REMOLD_HOST("texts", "get-text")
void remold_host_texts_get_text(uint32_t i, remold_answer *answer);
REMOLD_HOST("texts", "set")
void remold_host_texts_set(uint32_t i, REMOLD_FLAT(value), remold_answer *answer);

REMOLD_HOST("json", "get")
void remold_host_json_get(uint32_t i, REMOLD_FLAT(pointer), remold_answer *answer);
REMOLD_HOST("json", "set")
void remold_host_json_set(uint32_t i, REMOLD_FLAT(pointer), REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("json", "remove")
void remold_host_json_remove(uint32_t i, REMOLD_FLAT(pointer), remold_answer *answer);

REMOLD_HOST("hashes", "get")
void remold_host_hashes_get(uint32_t i, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("hashes", "get-text")
void remold_host_hashes_get_text(uint32_t i, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("hashes", "set")
void remold_host_hashes_set(uint32_t i, REMOLD_FLAT(name), REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("hashes", "rename")
void remold_host_hashes_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer);
REMOLD_HOST("hashes", "remove")
void remold_host_hashes_remove(uint32_t i, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("hashes", "contains")
void remold_host_hashes_contains(uint32_t i, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("hashes", "len")
void remold_host_hashes_len(uint32_t i, remold_answer *answer);
REMOLD_HOST("hashes", "clear")
void remold_host_hashes_clear(uint32_t i, remold_answer *answer);
REMOLD_HOST("hashes", "names")
void remold_host_hashes_names(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("hashes", "names-text")
void remold_host_hashes_names_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("hashes", "fields")
void remold_host_hashes_fields(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("hashes", "fields-text")
void remold_host_hashes_fields_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("hashes", "expires-at")
void remold_host_hashes_expires_at(uint32_t i, REMOLD_FLAT(name), remold_wide_answer *answer);
REMOLD_HOST("hashes", "set-expires-at")
void remold_host_hashes_set_expires_at(
    uint32_t i, REMOLD_FLAT(name), uint32_t present, uint64_t at, remold_answer *answer);

REMOLD_HOST("lists", "len")
void remold_host_lists_len(uint32_t i, remold_answer *answer);
REMOLD_HOST("lists", "get")
void remold_host_lists_get(uint32_t i, int64_t index, remold_answer *answer);
REMOLD_HOST("lists", "get-text")
void remold_host_lists_get_text(uint32_t i, int64_t index, remold_answer *answer);
REMOLD_HOST("lists", "set")
void remold_host_lists_set(uint32_t i, int64_t index, REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("lists", "push")
void remold_host_lists_push(uint32_t i, REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("lists", "push-front")
void remold_host_lists_push_front(uint32_t i, REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("lists", "insert")
void remold_host_lists_insert(uint32_t i, int64_t index, REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("lists", "remove")
void remold_host_lists_remove(uint32_t i, int64_t index, remold_answer *answer);
REMOLD_HOST("lists", "clear")
void remold_host_lists_clear(uint32_t i, remold_answer *answer);
REMOLD_HOST("lists", "items")
void remold_host_lists_items(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("lists", "items-text")
void remold_host_lists_items_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);

REMOLD_HOST("sets", "len")
void remold_host_sets_len(uint32_t i, remold_answer *answer);
REMOLD_HOST("sets", "contains")
void remold_host_sets_contains(uint32_t i, REMOLD_FLAT(member), remold_answer *answer);
REMOLD_HOST("sets", "add")
void remold_host_sets_add(uint32_t i, REMOLD_FLAT(member), remold_answer *answer);
REMOLD_HOST("sets", "remove")
void remold_host_sets_remove(uint32_t i, REMOLD_FLAT(member), remold_answer *answer);
REMOLD_HOST("sets", "rename")
void remold_host_sets_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer);
REMOLD_HOST("sets", "clear")
void remold_host_sets_clear(uint32_t i, remold_answer *answer);
REMOLD_HOST("sets", "members")
void remold_host_sets_members(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("sets", "members-text")
void remold_host_sets_members_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);

REMOLD_HOST("sorted-sets", "len")
void remold_host_sorted_sets_len(uint32_t i, remold_answer *answer);
REMOLD_HOST("sorted-sets", "contains")
void remold_host_sorted_sets_contains(uint32_t i, REMOLD_FLAT(member), remold_answer *answer);
REMOLD_HOST("sorted-sets", "score")
void remold_host_sorted_sets_score(uint32_t i, REMOLD_FLAT(member), remold_wide_answer *answer);
REMOLD_HOST("sorted-sets", "add")
void remold_host_sorted_sets_add(uint32_t i, REMOLD_FLAT(member), double score, remold_answer *answer);
REMOLD_HOST("sorted-sets", "remove")
void remold_host_sorted_sets_remove(uint32_t i, REMOLD_FLAT(member), remold_answer *answer);
REMOLD_HOST("sorted-sets", "rename")
void remold_host_sorted_sets_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer);
REMOLD_HOST("sorted-sets", "clear")
void remold_host_sorted_sets_clear(uint32_t i, remold_answer *answer);
REMOLD_HOST("sorted-sets", "members")
void remold_host_sorted_sets_members(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("sorted-sets", "members-text")
void remold_host_sorted_sets_members_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);

REMOLD_HOST("streams", "len")
void remold_host_streams_len(uint32_t i, remold_answer *answer);
REMOLD_HOST("streams", "last-id")
void remold_host_streams_last_id(uint32_t i, remold_wide_answer *answer);
REMOLD_HOST("streams", "ids")
void remold_host_streams_ids(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("streams", "entries")
void remold_host_streams_entries(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);
REMOLD_HOST("streams", "get")
void remold_host_streams_get(uint32_t i, uint64_t ms, uint64_t seq, remold_answer *answer);
REMOLD_HOST("streams", "field")
void remold_host_streams_field(uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("streams", "field-text")
void remold_host_streams_field_text(uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("streams", "set")
void remold_host_streams_set(
    uint32_t i, uint64_t ms, uint64_t seq, const remold_pair *fields, size_t count, remold_answer *answer);
REMOLD_HOST("streams", "set-field")
void remold_host_streams_set_field(
    uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), REMOLD_FLAT(value), remold_answer *answer);
REMOLD_HOST("streams", "rename-field")
void remold_host_streams_rename_field(
    uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer);
REMOLD_HOST("streams", "remove-field")
void remold_host_streams_remove_field(
    uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer);
REMOLD_HOST("streams", "add")
void remold_host_streams_add(
    uint32_t i, uint64_t ms, uint64_t seq, const remold_pair *fields, size_t count, remold_answer *answer);
REMOLD_HOST("streams", "remove")
void remold_host_streams_remove(uint32_t i, uint64_t ms, uint64_t seq, remold_answer *answer);
REMOLD_HOST("streams", "groups")
void remold_host_streams_groups(uint32_t i, remold_answer *answer);

REMOLD_HOST("columns", "keys")
void remold_host_columns_keys(remold_host_list *answer);
REMOLD_HOST("columns", "keys-text")
void remold_host_columns_keys_text(remold_host_list *answer);
REMOLD_HOST("columns", "kinds")
void remold_host_columns_kinds(remold_host_list *answer);
REMOLD_HOST("columns", "expiries")
void remold_host_columns_expiries(remold_host_list *answer);
REMOLD_HOST("columns", "set-expiries")
void remold_host_columns_set_expiries(const remold_time *at, size_t count);
REMOLD_HOST("columns", "texts")
void remold_host_columns_texts(remold_host_list *answer);
REMOLD_HOST("columns", "texts-text")
void remold_host_columns_texts_text(remold_host_list *answer);
REMOLD_HOST("columns", "set-texts")
void remold_host_columns_set_texts(const remold_host_bytes *values, size_t count);
REMOLD_HOST("columns", "fields")
void remold_host_columns_fields(REMOLD_FLAT(name), remold_host_list *answer);
REMOLD_HOST("columns", "fields-text")
void remold_host_columns_fields_text(REMOLD_FLAT(name), remold_host_list *answer);
REMOLD_HOST("columns", "set-fields")
void remold_host_columns_set_fields(REMOLD_FLAT(name), const remold_host_bytes *values, size_t count);
REMOLD_HOST("columns", "rename-fields")
void remold_host_columns_rename_fields(REMOLD_FLAT(from), REMOLD_FLAT(to));
REMOLD_HOST("columns", "remove-fields")
void remold_host_columns_remove_fields(REMOLD_FLAT(name));
REMOLD_HOST("columns", "values")
void remold_host_columns_values(remold_host_list *answer);
REMOLD_HOST("columns", "set-values")
void remold_host_columns_set_values(const remold_host_value *values, size_t count);
REMOLD_HOST("columns", "rename")
void remold_host_columns_rename(const remold_host_bytes *keys, size_t count);
REMOLD_HOST("columns", "delete")
void remold_host_columns_delete(const bool *which, size_t count);

REMOLD_HOST("keyspace", "scan")
void remold_host_keyspace_scan(REMOLD_FLAT(pattern), uint32_t has_kind, uint32_t kind, remold_answer *answer);
REMOLD_HOST("keyspace", "get")
void remold_host_keyspace_get(const remold_bytes *keys, size_t count, remold_answer *answer);
REMOLD_HOST("keyspace", "apply")
void remold_host_keyspace_apply(const uint32_t *records, size_t count, remold_answer *answer);
REMOLD_HOST("keyspace", "release")
void remold_host_keyspace_release(const uint32_t *records, size_t count);
REMOLD_HOST("keyspace", "progress")
void remold_host_keyspace_progress(uint64_t done, uint32_t has_total, uint64_t total);
REMOLD_HOST("keyspace", "checkpoint")
void remold_host_keyspace_checkpoint(REMOLD_FLAT(state), remold_answer *answer);
REMOLD_HOST("keyspace", "resumed-from")
void remold_host_keyspace_resumed_from(remold_host_bytes *answer);
REMOLD_HOST("keyspace", "skip")
void remold_host_keyspace_skip(REMOLD_FLAT(reason));
REMOLD_HOST("keyspace", "reject")
void remold_host_keyspace_reject(REMOLD_FLAT(code), REMOLD_FLAT(message));
REMOLD_HOST("keyspace", "fail")
void remold_host_keyspace_fail(
    uint32_t has_code, uint32_t code, REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file), uint32_t line,
    uint32_t column);

REMOLD_HOST("backup", "create")
void remold_host_backup_create(REMOLD_FLAT(name), remold_answer *answer);

#endif
