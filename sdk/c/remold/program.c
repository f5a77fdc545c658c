/// What a program can reach.
#include "program.h"
#include "call.h"

remold_scan (remold_scan_begin)(remold_program *program, remold_bytes pattern, remold_kind kind) {
    return (remold_scan){program, pattern, kind, remold_memory_mark()};
}

bool remold_scan_next(remold_scan *scan, remold_bytes_list *keys) {
    remold_memory_rewind(scan->mark);
    bool of_kind = scan->kind != REMOLD_ANY_KIND;
    ANSWER(scan->program, MAY_CALL(scan->program, scan->pattern), remold_host_keyspace_scan,
        PASS(scan->pattern), of_kind, of_kind ? (uint32_t)scan->kind : 0);
    *keys = (remold_bytes_list){answer.list.items, answer.list.count};
    return keys->count > 0;
}

remold_record *(remold_get)(remold_program *program, remold_bytes key) {
    remold_record **records = (remold_get_many)(program, (remold_bytes_list){&key, 1});
    return records[0];
}

remold_record **(remold_get_many)(remold_program *program, remold_bytes_list keys) {
    remold_record **records = REMOLD_ARRAY(remold_record *, keys.count);
    bool may = !remold_failed(program);
    for (size_t at = 0; at < keys.count && may; at++) {
        may = MAY_CALL(program, keys.items[at]);
    }
    ANSWER(program, may, remold_host_keyspace_get, keys.items, keys.count);
    const remold_host_number *numbers = answer.list.items;
    for (size_t at = 0; at < answer.list.count && at < keys.count; at++) {
        if (numbers[at].present) {
            records[at] = REMOLD_ARRAY(remold_record, 1);
            *records[at] = (remold_record){numbers[at].number, program->fault};
        }
    }
    return records;
}

/// Returns the numbers of the records that are there.
static uint32_t *numbers_of(remold_record *const *records, size_t count, size_t *present) {
    uint32_t *numbers = REMOLD_ARRAY(uint32_t, count);
    *present = 0;
    for (size_t at = 0; at < count; at++) {
        if (records[at] != NULL) {
            numbers[(*present)++] = records[at]->number;
        }
    }
    return numbers;
}

remold_applied (remold_apply)(remold_program *program, const remold_record *rec) {
    remold_record *records[] = {(remold_record *)rec};
    return (remold_apply_many)(program, records, 1)[0];
}

const remold_applied *(remold_apply_many)(remold_program *program, remold_record *const *records, size_t count) {
    remold_applied *applied = REMOLD_ARRAY(remold_applied, count);
    size_t present;
    const uint32_t *numbers = numbers_of(records, count, &present);
    ANSWER(program, !remold_failed(program), remold_host_keyspace_apply, numbers, present);
    const uint8_t *answers = answer.list.items;
    for (size_t at = 0, next = 0; at < count; at++) {
        if (remold_failed(program)) {
            applied[at] = REMOLD_REFUSED;
        } else {
            applied[at] = records[at] == NULL ? REMOLD_UNCHANGED : (remold_applied)answers[next++];
        }
    }
    return applied;
}

void remold_release(remold_program *program, remold_record *const *records, size_t count) {
    size_t present;
    const uint32_t *numbers = numbers_of(records, count, &present);
    (void)program;
    remold_host_keyspace_release(numbers, present);
}

void remold_progress(remold_program *program, uint64_t done, uint64_t total) {
    (void)program;
    remold_host_keyspace_progress(done, total > 0, total);
}

void (remold_checkpoint)(remold_program *program, remold_bytes state) {
    ANSWER(program, MAY_CALL(program, state), remold_host_keyspace_checkpoint, PASS(state));
}

remold_bytes remold_resumed_from(remold_program *program) {
    remold_host_bytes state;
    (void)program;
    remold_host_keyspace_resumed_from(&state);
    return remold_optional(state);
}

remold_bytes (remold_backup)(remold_program *program, remold_bytes name) {
    ANSWER(program, MAY_CALL_TEXT(program, name), remold_host_backup_create, PASS(name));
    return answer.bytes;
}
