/// Tests the transform outside the sandbox, with the SDK's stand-in for the host. `cases/` tests it in the sandbox.
#include "../src/{{name}}.c"
#include "remold_test.h"

static void splits_a_name(void) {
    remold_test_begin();
    remold_record *user = remold_test_hash("user:1", "name", "Lupe García Márquez", "plan", "free", NULL);
    REMOLD_CHECK(remold_test_run(user, migrate).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(user, "first"), "Lupe");
    REMOLD_CHECK_BYTES(remold_hash_get(user, "last"), "García Márquez");
    REMOLD_CHECK_BYTES(remold_hash_get(user, "name"), NULL);
    REMOLD_CHECK_BYTES(remold_hash_get(user, "plan"), "free");
}

static void rejects_a_user_without_a_name(void) {
    remold_test_begin();
    remold_record *user = remold_test_hash("user:5", "plan", "free", NULL);
    remold_outcome outcome = remold_test_run(user, migrate);
    REMOLD_CHECK(outcome.verdict == REMOLD_REJECTED);
    REMOLD_CHECK_BYTES(outcome.code, "no-name");
}

static void takes_it_back(void) {
    remold_test_begin();
    remold_record *user = remold_test_hash("user:3", "first", "Cher", "last", "", NULL);
    REMOLD_CHECK(remold_test_run(user, revert).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(user, "name"), "Cher");
    REMOLD_CHECK(remold_hash_len(user) == 1);
}

int main(void) {
    splits_a_name();
    rejects_a_user_without_a_name();
    takes_it_back();
    return remold_test_end();
}
