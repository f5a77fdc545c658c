/// The interfaces `keyspace` and `backup` of the stand-in. Nobody else writes to it, so nothing conflicts.
#include <stdio.h>

#include "store.h"

/// How many keys a page of a scan has at most.
#define PAGE_OF_KEYS 10

/// Says whether one byte of a key is in the set `[…]` that begins behind `*pattern`, which is moved behind the set.
static bool is_in_set(const char **pattern, const char *end, char byte) {
    const char *at = *pattern;
    bool negated = at < end && *at == '^', found = false;
    for (at += negated; at < end && *at != ']'; at++) {
        at += *at == '\\' && at + 1 < end;
        if (at + 2 < end && at[1] == '-') {
            found = found || (byte >= at[0] && byte <= at[2]);
            at += 2;
        } else {
            found = found || byte == *at;
        }
    }
    *pattern = at + (at < end);
    return found != negated;
}

/// Says whether a key matches a pattern, as in `SCAN … MATCH`.
static bool matches(const char *pattern, const char *pattern_end, const char *key, const char *key_end) {
    while (pattern < pattern_end) {
        if (*pattern == '*') {
            for (const char *rest = key; rest <= key_end; rest++) {
                if (matches(pattern + 1, pattern_end, rest, key_end)) {
                    return true;
                }
            }
            return false;
        }
        if (key == key_end) {
            return false;
        }
        if (*pattern == '[') {
            pattern++;
            if (!is_in_set(&pattern, pattern_end, *key)) {
                return false;
            }
        } else {
            pattern += *pattern == '\\' && pattern + 1 < pattern_end;
            if (pattern[0] != '?' && *pattern != *key) {
                return false;
            }
            pattern++;
        }
        key++;
    }
    return key == key_end;
}

/// Finds the scan of a pattern and kind, or begins it.
static scan *find_scan(remold_bytes pattern, uint32_t kind) {
    scan *found = host.scans;
    while (found != NULL && (found->kind != kind || !remold_equal(found->pattern, pattern))) {
        found = found->before;
    }
    if (found == NULL) {
        found = keep(sizeof *found);
        *found = (scan){copy_bytes(keep, pattern), kind, 0, host.scans};
        host.scans = found;
    }
    return found;
}

void remold_host_keyspace_scan(REMOLD_FLAT(pattern), uint32_t has_kind, uint32_t kind, remold_answer *answer) {
    scan *listed = find_scan(TAKE(pattern), has_kind ? kind : REMOLD_ANY_KIND);
    remold_bytes *keys = give(PAGE_OF_KEYS * sizeof *keys);
    size_t count = 0;
    for (; listed->next < host.count && count < PAGE_OF_KEYS; listed->next++) {
        const kept *rec = find(listed->next);
        bool is_kind = !has_kind || rec->value.kind == kind;
        if (!rec->hidden && is_kind
            && matches(pattern, pattern + pattern_size, rec->key.data, rec->key.data + rec->key.size)) {
            keys[count++] = copy_bytes(give, rec->key);
        }
    }
    *answer = (remold_answer){.list = {keys, count}};
}

void remold_host_keyspace_get(const remold_bytes *keys, size_t count, remold_answer *answer) {
    remold_host_number *numbers = give(count * sizeof *numbers);
    for (size_t at = 0; at < count; at++) {
        kept *found = find_key(keys[at]);
        numbers[at] = (remold_host_number){0};
        if (found != NULL) {
            numbers[at] = (remold_host_number){true, add_copy(found)->record.number};
        }
    }
    *answer = (remold_answer){.list = {numbers, count}};
}

/// Writes a value to a key.
static void put(remold_bytes key, const remold_value *value, remold_time expires_at) {
    kept *rec = find_key(key);
    if (rec == NULL) {
        rec = add_copy(&(kept){.key = key, .value = *value});
        rec->hidden = false;
        rec->origin = NULL;
    }
    rec->value = copy_value(keep, value);
    rec->expires_at = expires_at;
}

/// Hides a key, if it is there.
static void hide(remold_bytes key) {
    kept *rec = find_key(key);
    if (rec != NULL) {
        rec->hidden = true;
    }
}

static remold_applied apply(const kept *edited) {
    kept *origin = edited->origin;
    if (origin->applied) {
        return REMOLD_ALREADY;
    }
    if (!edited->edited) {
        return REMOLD_UNCHANGED;
    }
    origin->applied = true;
    for (const named *removed = edited->removed; removed != NULL; removed = removed->next) {
        hide(removed->key);
    }
    for (const emitted *written = edited->emitted; written != NULL; written = written->next) {
        put(written->key, &written->value, written->expires_at);
    }
    if (edited->deleted) {
        origin->hidden = true;
        return REMOLD_APPLIED;
    }
    origin->value = copy_value(keep, &edited->value);
    origin->expires_at = edited->expires_at;
    origin->key = remold_or(edited->renamed, origin->key);
    return REMOLD_APPLIED;
}

void remold_host_keyspace_apply(const uint32_t *records, size_t count, remold_answer *answer) {
    uint8_t *applied = give(count);
    for (size_t at = 0; at < count; at++) {
        applied[at] = (uint8_t)apply(find(records[at]));
    }
    *answer = (remold_answer){.list = {applied, count}};
}

void remold_host_keyspace_release(const uint32_t *records, size_t count) {
    for (size_t at = 0; at < count; at++) {
        find(records[at]);
    }
}

void remold_host_keyspace_progress(uint64_t done, uint32_t has_total, uint64_t total) {
    char line[80];
    if (has_total) {
        snprintf(line, sizeof line, "progress: %llu of %llu", (unsigned long long)done, (unsigned long long)total);
    } else {
        snprintf(line, sizeof line, "progress: %llu", (unsigned long long)done);
    }
    append_log("", remold_bytes_of(line));
}

void remold_host_keyspace_checkpoint(REMOLD_FLAT(state), remold_answer *answer) {
    ACCEPT(answer);
    host.checkpoint = copy_bytes(keep, TAKE(state));
}

void remold_host_keyspace_resumed_from(remold_host_bytes *answer) {
    bool present = !remold_is_nothing(host.resumed_from);
    *answer = (remold_host_bytes){present, present ? copy_bytes(give, host.resumed_from) : REMOLD_NOTHING};
}

void remold_host_keyspace_skip(REMOLD_FLAT(reason)) {
    host.program = (remold_skip)(copy_bytes(keep, TAKE(reason)));
}

void remold_host_keyspace_reject(REMOLD_FLAT(code), REMOLD_FLAT(message)) {
    host.program = (remold_reject)(copy_bytes(keep, TAKE(code)), copy_bytes(keep, TAKE(message)));
}

void remold_host_keyspace_fail(
    uint32_t has_code, uint32_t code, REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file), uint32_t line,
    uint32_t column) {
    (void)has_place;
    (void)column;
    host.program = failed_outcome(has_code, code, TAKE(message), TAKE(file), line);
}

void remold_host_backup_create(REMOLD_FLAT(name), remold_answer *answer) {
    ACCEPT(answer);
    answer->bytes = copy_bytes(give, TAKE(name));
}
