/// Records that hold a text, or JSON in a text.
#include "text.h"
#include "call.h"

remold_bytes (remold_text_get)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_texts_get, rec->number);
    return answer.bytes;
}

remold_bytes (remold_text_get_text)(remold_record *rec) {
    ANSWER(rec, !remold_failed(rec), remold_host_texts_get_text, rec->number);
    return answer.bytes;
}

void (remold_text_set)(remold_record *rec, remold_bytes value) {
    ANSWER(rec, MAY_CALL(rec, value), remold_host_texts_set, rec->number, PASS(value));
}

remold_bytes (remold_json_get)(remold_record *rec, remold_bytes pointer) {
    ANSWER(rec, MAY_CALL_TEXT(rec, pointer), remold_host_json_get, rec->number, PASS(pointer));
    return remold_optional(answer.optional_bytes);
}

void (remold_json_set)(remold_record *rec, remold_bytes pointer, remold_bytes json) {
    ANSWER(rec, MAY_CALL_TEXT(rec, pointer, json), remold_host_json_set, rec->number, PASS(pointer), PASS(json));
}

void (remold_json_remove)(remold_record *rec, remold_bytes pointer) {
    ANSWER(rec, MAY_CALL_TEXT(rec, pointer), remold_host_json_remove, rec->number, PASS(pointer));
}
