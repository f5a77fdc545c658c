/// Outcomes and errors of records: that no refusal is passed over, and what else a record can ask for.
#include "remold_test.h"

static remold_outcome reads_a_hash(remold_record *rec) {
    if (remold_hash_get(rec, "name").size > 0) {
        remold_hash_set(rec, "name", "new");
    }
    return remold_skip("this would hide the error");
}

static remold_outcome catches(remold_record *rec) {
    remold_error error;
    remold_hash_get(rec, "name");
    if (remold_catch(rec, &error) && error.code == REMOLD_WRONG_KIND) {
        return remold_reject("no-hash", error.message);
    }
    return remold_done();
}

static remold_outcome passes_nothing(remold_record *rec) {
    remold_hash_set(rec, "copy", remold_hash_get(rec, "none"));
    remold_hash_set(rec, "other", "not written");
    return remold_done();
}

static remold_outcome fails(remold_record *rec) {
    (void)rec;
    return remold_fail("no way");
}

static remold_outcome says_bytes(remold_record *rec) {
    return remold_reject("bad", remold_concat("it is ", remold_hash_get(rec, "name")));
}

static void tells_of_refusals(void) {
    remold_record *text = remold_test_text("user:1", "abc");
    remold_outcome outcome = remold_test_run(text, reads_a_hash);
    REMOLD_CHECK(outcome.verdict == REMOLD_FAILED && outcome.line == 5);
    REMOLD_CHECK_BYTES(outcome.code, "wrong-kind");
    REMOLD_CHECK_BYTES(outcome.message, "this needs a hash, the record holds a text");
    REMOLD_CHECK(remold_ends_with(outcome.file, "outcome_test.c"));
    outcome = remold_test_run(text, catches);
    REMOLD_CHECK(outcome.verdict == REMOLD_REJECTED);
    REMOLD_CHECK_BYTES(outcome.code, "no-hash");
    remold_record *hash = remold_test_hash("user:2", "name", "\xFF", NULL);
    outcome = remold_test_run(hash, passes_nothing);
    REMOLD_CHECK(outcome.verdict == REMOLD_FAILED);
    REMOLD_CHECK_BYTES(outcome.code, NULL);
    REMOLD_CHECK(remold_hash_len(hash) == 1);
    outcome = remold_test_run(hash, fails);
    REMOLD_CHECK(outcome.verdict == REMOLD_FAILED && outcome.line == 28);
    REMOLD_CHECK_BYTES(outcome.message, "no way");
    REMOLD_CHECK_BYTES(remold_test_run(hash, says_bytes).message, "it is \xEF\xBF\xBD");
    outcome = remold_test_run(hash, reads_a_hash);
    REMOLD_CHECK(outcome.verdict == REMOLD_SKIPPED);
    REMOLD_CHECK_BYTES(remold_hash_get(hash, "name"), "\xFF");
}

static remold_outcome asks_for_more(remold_record *rec) {
    remold_rename(rec, "user:{1}");
    remold_emit(rec, "copy:1", remold_get_value(rec), remold_ms(remold_now_ms() + 10));
    remold_remove(rec, "old:1");
    remold_log(REMOLD_WARN, "copied");
    return remold_done();
}

static remold_outcome deletes(remold_record *rec) {
    remold_delete(rec);
    return remold_done();
}

static void asks_for_other_keys(void) {
    remold_record *rec = remold_test_hash("user:1", "a", "1", NULL);
    REMOLD_CHECK(remold_test_run(rec, asks_for_more).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_test_renamed(rec), "user:{1}");
    REMOLD_CHECK(remold_test_emitted(rec, "copy:1") != NULL && remold_test_emitted(rec, "copy:2") == NULL);
    REMOLD_CHECK_BYTES(remold_test_emitted(rec, "copy:1")->hash.items[0].value, "1");
    REMOLD_CHECK(remold_test_emitted_expiry(rec, "copy:1").ms == 1767225600010);
    REMOLD_CHECK(remold_test_removed(rec, "old:1") && !remold_test_removed(rec, "old:2"));
    REMOLD_CHECK_BYTES(remold_test_log(), "warn: copied\n");
    REMOLD_CHECK(remold_test_run(rec, deletes).verdict == REMOLD_DONE);
    REMOLD_CHECK(remold_test_deleted(rec) && remold_is_nothing(remold_test_renamed(rec)));
}

static void lookups(remold_record *rec) {
    remold_ask(rec, remold_concat("plan:", remold_hash_get(rec, "plan")));
    remold_ask(rec, "plan:none");
}

static remold_outcome looks_up(remold_record *rec) {
    remold_record *plan = remold_lookup(rec, remold_concat("plan:", remold_hash_get(rec, "plan")));
    if (plan == NULL) {
        return remold_reject("no-plan", "there is no such plan");
    }
    REMOLD_CHECK(remold_lookup(rec, "plan:none") == NULL && !remold_failed(rec));
    remold_hash_set(rec, "price", remold_hash_get(plan, "price"));
    return remold_done();
}

static remold_outcome edits_what_it_looked_up(remold_record *rec) {
    remold_hash_set(remold_lookup(rec, "plan:none"), "price", "0");
    return remold_done();
}

static remold_outcome looks_up_another(remold_record *rec) {
    remold_lookup(rec, "plan:other");
    return remold_done();
}

static void looks_up_keys(void) {
    remold_test_begin();
    remold_record *user = remold_test_hash("user:1", "plan", "free", NULL);
    remold_test_unselect(remold_test_hash("plan:free", "price", "0", NULL));
    remold_test_run_lookups(user, lookups);
    REMOLD_CHECK(remold_test_run(user, looks_up).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(user, "price"), "0");
    REMOLD_CHECK_BYTES(remold_test_run(user, looks_up_another).code, "not-looked-up");
    remold_test_unselect(remold_test_hash("plan:none", NULL));
    REMOLD_CHECK_BYTES(remold_test_run(user, edits_what_it_looked_up).code, "invalid-argument");
}

static remold_outcome passes_half_a_pair(remold_record *rec) {
    remold_field fields[] = {{remold_bytes_of("a"), remold_hash_get(rec, "none"), REMOLD_NEVER}};
    remold_set_value(rec, remold_value_hash(fields, 1));
    return remold_done();
}

static remold_outcome empties(remold_record *rec) {
    remold_set_value(rec, remold_value_hash(NULL, 0));
    return remold_done();
}

static void checks_whole_values(void) {
    remold_record *rec = remold_test_hash("whole", "a", "1", NULL);
    REMOLD_CHECK(remold_test_run(rec, passes_half_a_pair).verdict == REMOLD_FAILED);
    REMOLD_CHECK_BYTES(remold_hash_get(rec, "a"), "1");
    REMOLD_CHECK(remold_test_run(rec, empties).verdict == REMOLD_DONE && remold_hash_len(rec) == 0);
}

int main(void) {
    remold_test_begin();
    checks_whole_values();
    tells_of_refusals();
    asks_for_other_keys();
    looks_up_keys();
    return remold_test_end();
}
