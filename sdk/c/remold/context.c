/// The run that the transform is part of.
#include "context.h"
#include "call.h"

/// The parameters of this call of the host; NULL as long as nobody has asked for them.
static const remold_data *parameters;

void remold_context_begin(void) {
    parameters = NULL;
}

const remold_data *remold_parameters(void) {
    if (parameters == NULL) {
        remold_arena *before = remold_arena_in_use;
        remold_arena_in_use = &remold_call_arena;
        remold_bytes json;
        remold_host_context_parameters(&json);
        parameters = remold_data_parse(json, NULL);
        remold_arena_in_use = before;
        if (parameters == NULL) {
            remold_panic("the parameters of the manifest are no JSON that can be read");
        }
    }
    return parameters;
}

const remold_data *(remold_parameter)(remold_bytes name) {
    return remold_data_member(remold_parameters(), name);
}

uint64_t remold_now_ms(void) {
    return remold_host_context_now_ms();
}

uint64_t remold_run_seed(void) {
    return remold_host_context_seed();
}

void (remold_log)(remold_level level, remold_bytes message) {
    message = remold_valid_text(message);
    remold_host_context_log((uint32_t)level, PASS(message));
}

void (remold_print)(remold_bytes text) {
    remold_host_context_print(PASS(text));
}
