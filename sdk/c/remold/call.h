/// What every call of the host does before and after it. The SDK's own; nothing for users.
#ifndef REMOLD_CALL_H
#define REMOLD_CALL_H

#include "arena.h"
#include "fault.h"
#include "host.h"

/// Bytes as two arguments.
#define PASS(bytes) (bytes).data, (bytes).size

/// A time as two arguments.
#define PASS_TIME(time) (time).present, (time).ms

/// Says whether a record, or a program, can call the host: it has not failed, and none of the bytes that it passes is
/// nothing, which makes it fail.
#define MAY_CALL(work, ...) remold_may_call((work)->fault, \
    (const remold_bytes[]){__VA_ARGS__}, sizeof((const remold_bytes[]){__VA_ARGS__}) / sizeof(remold_bytes))
bool remold_may_call(remold_fault *fault, const remold_bytes *given, size_t count);

/// Says the same where what is passed has to be UTF-8: the canonical ABI would end the transform otherwise.
#define MAY_CALL_TEXT(work, ...) remold_may_call_text((work)->fault, \
    (const remold_bytes[]){__VA_ARGS__}, sizeof((const remold_bytes[]){__VA_ARGS__}) / sizeof(remold_bytes))
bool remold_may_call_text(remold_fault *fault, const remold_bytes *given, size_t count);

/// Says whether a value can be passed: nothing is missing in it, and what is text in it is UTF-8. The record fails otherwise.
bool remold_may_pass(remold_record *rec, const remold_value *value);

/// Makes a record, or a program, fail unless it has failed before.
void remold_fault_set(remold_fault *fault, remold_code code, remold_bytes message);

/// Takes the host's answer: says whether there is one, and makes the record fail if the host has refused.
bool remold_accept(remold_fault *fault, const remold_answer *answer);

/// Takes an answer of the other layout.
bool remold_accept_wide(remold_fault *fault, const remold_wide_answer *answer);

/// Calls the host if `may` says so, and declares `answer`: the host's, or an empty one if it was not called or refuses.
/// The last argument of every such function is the answer's address.
#define ANSWER(work, may, function, ...) \
    remold_answer answer = {0}; \
    if (may) { \
        function(__VA_ARGS__, &answer); \
        if (!remold_accept((work)->fault, &answer)) { \
            answer = (remold_answer){0}; \
        } \
    } \
    (void)answer

/// Does the same with an answer of the other layout.
#define WIDE_ANSWER(work, may, function, ...) \
    remold_wide_answer answer = {0}; \
    if (may) { \
        function(__VA_ARGS__, &answer); \
        if (!remold_accept_wide((work)->fault, &answer)) { \
            answer = (remold_wide_answer){0}; \
        } \
    } \
    (void)answer

/// Returns what an option holds, or nothing.
static inline remold_bytes remold_optional(remold_host_bytes option) {
    return option.present ? option.bytes : REMOLD_NOTHING;
}

/// Returns the text itself, or a copy with U+FFFD in place of what is no UTF-8; no bytes instead of nothing.
remold_bytes remold_valid_text(remold_bytes text);

/// Forgets the parameters of the last call of the host.
void remold_context_begin(void);

/// Returns how many bytes the character takes with which the bytes begin; 0 if they begin with none.
size_t remold_character(const unsigned char *bytes, size_t size);

#endif
