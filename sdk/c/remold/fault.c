/// Errors: how a record fails, and how it is caught.
#include "call.h"

bool remold_fault_failed(const remold_fault *fault) {
    return fault->failed;
}

bool remold_fault_catch(remold_fault *fault, remold_error *error) {
    if (!fault->failed) {
        return false;
    }
    if (error != NULL) {
        *error = fault->error;
    }
    fault->failed = false;
    remold_memory_held = false;
    return true;
}

void remold_fault_set(remold_fault *fault, remold_code code, remold_bytes message) {
    if (fault->failed) {
        return;
    }
    fault->failed = true;
    fault->error = (remold_error){code, message, fault->file, fault->line};
    remold_memory_held = true;
}

bool remold_may_call(remold_fault *fault, const remold_bytes *given, size_t count) {
    for (size_t at = 0; at < count && !fault->failed; at++) {
        if (given[at].data == NULL) {
            const char *message = "bytes are passed that are not there: a field, say, that the hash does not have";
            remold_fault_set(fault, REMOLD_NO_REFUSAL, remold_bytes_of(message));
        }
    }
    return !fault->failed;
}

bool remold_may_call_text(remold_fault *fault, const remold_bytes *given, size_t count) {
    if (!remold_may_call(fault, given, count)) {
        return false;
    }
    for (size_t at = 0; at < count; at++) {
        if (!remold_is_text(given[at])) {
            remold_fault_set(fault, REMOLD_NOT_TEXT, remold_bytes_of("what is passed here has to be UTF-8 text"));
        }
    }
    return !fault->failed;
}

static void refuse(remold_fault *fault, const remold_host_error *error) {
    remold_fault_set(fault, (remold_code)error->code, error->message);
}

bool remold_accept(remold_fault *fault, const remold_answer *answer) {
    if (answer->refused) {
        refuse(fault, &answer->error);
    }
    return !answer->refused;
}

bool remold_accept_wide(remold_fault *fault, const remold_wide_answer *answer) {
    if (answer->refused) {
        refuse(fault, &answer->error);
    }
    return !answer->refused;
}

_Noreturn void (remold_panic)(remold_bytes message, const char *file, uint32_t line) {
    message = remold_valid_text(message);
    remold_bytes name = remold_valid_text(remold_bytes_of(file));
    remold_host_context_panic(PASS(message), file != NULL, PASS(name), line, 0);
    __builtin_trap();
}
