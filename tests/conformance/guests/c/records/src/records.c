/// A transform of records that calls every function and checks what comes back; what is checked follows from the key. It is
/// built twice: into a module for the sandbox, and natively by `tests/records_test.c`, with the stand-in for the host. So
/// both are held to the same, and so is every offset of the canonical ABI.
#include "check.h"

/// The clock that cases have.
#define NOW 1767225600000

static remold_outcome check_record(remold_record *rec) {
    EXPECT(remold_equal(remold_key(rec), "check:record"));
    EXPECT(remold_kind_of(rec) == REMOLD_TEXT && remold_size(rec) == 4);
    EXPECT(remold_seed(rec) == remold_seed(rec));
    EXPECT(remold_expires_at(rec).present && remold_expires_at(rec).ms == NOW + 5000);
    EXPECT(remold_ttl(rec).present && remold_ttl(rec).ms == 5000);
    remold_set_ttl(rec, remold_ms(9000));
    EXPECT(remold_expires_at(rec).ms == NOW + 9000);
    remold_set_expires_at(rec, REMOLD_NEVER);
    EXPECT(!remold_expires_at(rec).present && !remold_ttl(rec).present);
    remold_set_expires_at(rec, remold_ms(NOW + 8000));
    remold_set_expires_at(rec, remold_ms(0));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_set_ttl(rec, remold_ms(0));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_rename(rec, "renamed:never");
    remold_rename(rec, "renamed:1");
    remold_field field = {remold_bytes_of("a"), remold_bytes_of("1"), REMOLD_NEVER};
    remold_emit(rec, "emitted:1", remold_value_hash(&field, 1), remold_ms(NOW + 7000));
    remold_bytes items[] = {remold_bytes_of("a"), remold_bytes_of("b")};
    remold_emit(rec, "emitted:2", remold_value_list(items, 2), REMOLD_NEVER);
    remold_remove(rec, "removed:1");
    remold_remove(rec, "removed:2");
    remold_lookup(rec, "other:there");
    EXPECT_REFUSED(REMOLD_NOT_LOOKED_UP);
    return remold_done();
}

/// Says whether a value of these bytes is what a record holds.
static bool holds_text(remold_record *rec, remold_bytes text) {
    remold_value value = remold_get_value(rec);
    return value.kind == REMOLD_TEXT && remold_equal(value.text, text) && remold_size(rec) == text.size;
}

static bool holds_items(remold_record *rec, remold_kind kind, size_t count) {
    remold_value value = remold_get_value(rec);
    return value.kind == kind && value.list.count == count && remold_size(rec) == count;
}

/// Writes a value of each kind and reads it again; the last one stays.
static remold_outcome check_value(remold_record *rec) {
    remold_set_value(rec, remold_value_text("García"));
    EXPECT(holds_text(rec, remold_bytes_of("García")));
    remold_set_value(rec, remold_value_text(""));
    EXPECT(holds_text(rec, remold_bytes_of("")));
    remold_bytes items[] = {remold_bytes_of("a"), remold_bytes_of(""), remold_bytes_of("b")};
    remold_set_value(rec, remold_value_list(items, 3));
    EXPECT(holds_items(rec, REMOLD_LIST, 3) && remold_get_value(rec).list.items[1].size == 0);
    remold_set_value(rec, remold_value_set(items, 3));
    EXPECT(holds_items(rec, REMOLD_SET, 3));
    remold_scored scored[] = {
        {remold_bytes_of("a"), 1.5}, {remold_bytes_of("b"), -__builtin_inf()}, {remold_bytes_of("c"), -0.0}};
    remold_set_value(rec, remold_value_sorted_set(scored, 3));
    remold_value value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_SORTED_SET && value.sorted_set.count == 3 && remold_size(rec) == 3);
    remold_value opaque = {.kind = REMOLD_OPAQUE};
    opaque.opaque.type_id = 7;
    opaque.opaque.module.present = true;
    opaque.opaque.module.name = remold_bytes_of("ReJSON-RL");
    opaque.opaque.bytes = remold_bytes_of("raw");
    remold_set_value(rec, opaque);
    value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_OPAQUE && value.opaque.type_id == 7 && remold_size(rec) == 3);
    EXPECT(value.opaque.module.present && remold_equal(value.opaque.module.name, "ReJSON-RL"));
    opaque.opaque.module.present = false;
    remold_set_value(rec, opaque);
    EXPECT(!remold_get_value(rec).opaque.module.present && remold_equal(remold_get_value(rec).opaque.bytes, "raw"));
    remold_pair pairs[] = {{remold_bytes_of("a"), remold_bytes_of("1")}, {remold_bytes_of("a"), remold_bytes_of("")}};
    remold_entry entries[] = {{{1, 7}, {pairs, 2}}, {{2, 7}, {pairs, 2}}};
    remold_set_value(rec, remold_value_stream(entries, 2, remold_id(2, 7)));
    value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_STREAM && value.stream.entries.count == 2 && is_id(value.stream.last_id, 2, 7));
    EXPECT(value.stream.entries.items[1].fields.count == 2 && remold_size(rec) == 2);
    remold_field expiring = {remold_bytes_of("a"), remold_bytes_of("\xFF"), remold_ms(NOW + 5000)};
    remold_set_value(rec, remold_value_hash(&expiring, 1));
    value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_HASH && value.hash.items[0].expires_at.ms == NOW + 5000);
    remold_field fields[] = {
        {remold_bytes_of("checked"), remold_bytes_of("1"), REMOLD_NEVER},
        {remold_bytes_of(""), remold_bytes_of("empty"), REMOLD_NEVER},
    };
    remold_set_value(rec, remold_value_hash(fields, 2));
    EXPECT(remold_get_value(rec).hash.count == 2 && remold_size(rec) == 2);
    fields[1].name = fields[0].name;
    remold_set_value(rec, remold_value_hash(fields, 2));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    scored[0].score = __builtin_nan("");
    remold_set_value(rec, remold_value_sorted_set(scored, 3));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    EXPECT(remold_get_value(rec).hash.count == 2);
    return remold_done();
}

/// What cannot be looked into can be changed as bytes, and copied.
static remold_outcome check_opaque(remold_record *rec) {
    remold_value value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_OPAQUE && value.opaque.type_id == 7 && remold_size(rec) == value.opaque.bytes.size);
    EXPECT(value.opaque.module.present && remold_equal(value.opaque.module.name, "AAAAAAAAI"));
    value.opaque.bytes = remold_concat(value.opaque.bytes, "+");
    remold_set_value(rec, value);
    remold_emit(rec, "emitted:copy", value, REMOLD_NEVER);
    return remold_done();
}

static remold_outcome check_context(remold_record *rec) {
    EXPECT(remold_now_ms() == NOW && remold_run_seed() == remold_run_seed());
    int64_t number;
    EXPECT(remold_data_integer(remold_parameter("digits"), &number) && number == 2);
    EXPECT(remold_equal(remold_data_print(remold_parameter("names")), "[\"a\",\"é\"]"));
    EXPECT(remold_parameter("none") == NULL);
    remold_log(REMOLD_DEBUG, "debug");
    remold_log(REMOLD_INFO, "info");
    remold_log(REMOLD_WARN, "warn");
    remold_print("printed\n");
    return remold_done();
}

static remold_outcome check_lookup(remold_record *rec) {
    remold_record *other = remold_lookup(rec, "other:there");
    EXPECT(other != NULL && remold_equal(remold_key(other), "other:there"));
    EXPECT(remold_equal(remold_hash_get_text(other, "a"), "1"));
    remold_hash_set(other, "a", "2");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    EXPECT(remold_lookup(rec, "other:missing") == NULL);
    remold_lookup(rec, "other:never");
    EXPECT_REFUSED(REMOLD_NOT_LOOKED_UP);
    return remold_done();
}

static remold_outcome migrate(remold_record *rec) {
    static const struct {
        const char *key;
        remold_outcome (*check)(remold_record *rec);
    } checks[] = {
        {"check:record", check_record}, {"check:value", check_value}, {"check:opaque", check_opaque},
        {"check:context", check_context}, {"check:lookup", check_lookup}, {"check:text", check_text},
        {"check:json", check_json}, {"check:hash", check_hash}, {"check:list", check_list}, {"check:set", check_set},
        {"check:sorted-set", check_sorted_set}, {"check:stream", check_stream},
    };
    remold_bytes key = remold_key_text(rec);
    for (size_t at = 0; at < sizeof checks / sizeof *checks; at++) {
        if (remold_equal(key, checks[at].key)) {
            return checks[at].check(rec);
        }
    }
    if (remold_equal(key, "check:skip")) {
        return remold_skip("as asked for");
    }
    if (remold_equal(key, "check:reject")) {
        return remold_reject("as-asked", remold_concat(key, " is rejected"));
    }
    if (remold_equal(key, "check:fail")) {
        return remold_fail("as asked for");
    }
    if (remold_equal(key, "check:parse")) {
        int64_t number;
        return remold_parse_integer(remold_bytes_of("x"), &number) ? remold_done() : remold_fail("x is no number");
    }
    if (remold_equal(key, "check:denied")) {
        remold_rename(rec, "nobody's");
    } else if (remold_equal(key, "check:delete")) {
        remold_delete(rec);
    } else if (remold_equal(key, "check:panic")) {
        remold_panic("as asked for");
    }
    return remold_done();
}
REMOLD_MIGRATE(migrate)

static remold_outcome revert(remold_record *rec) {
    remold_set_value(rec, remold_value_text("reverted"));
    return remold_done();
}
REMOLD_REVERT(revert)

static void lookups(remold_record *rec) {
    if (remold_equal(remold_key(rec), "check:lookup")) {
        remold_ask(rec, "other:there");
        remold_ask(rec, "other:missing");
    }
}
REMOLD_LOOKUPS(lookups)
