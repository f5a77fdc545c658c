/// Turns a session, a JSON object in a text, into a hash and back, as examples/02-json-to-hash does. One field of a
/// session can then be read and written alone: HGET instead of GET, parse, print, SET.
#include "remold.h"

/// Returns what a member becomes as a field; nothing if it is null, for a field that is not there says the same.
static remold_bytes field_of(remold_data *member) {
    switch (member->type) {
    case REMOLD_NULL:
        return REMOLD_NOTHING;
    case REMOLD_BOOL:
        return remold_bytes_of(member->truth ? "1" : "0");
    case REMOLD_ARRAY_OF_DATA:
    case REMOLD_OBJECT:
        remold_data_sort(member);
        return remold_data_print(member);
    default:
        return member->text; // strings, and numbers as they were written
    }
}

static remold_outcome migrate(remold_record *rec) {
    static const char *const types[] = {"null", "bool", "number", "string", "array", "object"};
    remold_error error = {0};
    remold_bytes text = remold_json_get(rec, "");
    remold_data *session = NULL;
    if (!remold_catch(rec, &error)) {
        session = remold_data_parse(text, &error.message);
    }
    if (session == NULL) {
        return remold_reject("not-json", error.message);
    }
    if (session->type != REMOLD_OBJECT) {
        return remold_reject("not-an-object", remold_concat("the session is ", types[session->type]));
    }
    remold_data_sort(session);
    remold_field *fields = REMOLD_ARRAY(remold_field, session->count);
    size_t count = 0;
    for (remold_data *member = session->first; member != NULL; member = member->next) {
        remold_bytes value = field_of(member);
        if (!remold_is_nothing(value)) {
            fields[count++] = (remold_field){member->name, value, REMOLD_NEVER};
        }
    }
    remold_set_value(rec, remold_value_hash(fields, count));
    return remold_done();
}
REMOLD_MIGRATE(migrate)

/// Says whether a field holds JSON, which a hash keeps as text.
static bool holds_json(remold_bytes name) {
    return remold_equal(name, "seen") || remold_equal(name, "score") || remold_equal(name, "roles");
}

static remold_outcome revert(remold_record *rec) {
    remold_data *session = remold_data_of(REMOLD_OBJECT);
    size_t json_fields = 0;
    remold_field field;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next(&walk, &field);) {
        remold_data *value = remold_data_string(field.value);
        if (!remold_is_text(field.name) || !remold_is_text(field.value)) {
            return remold_fail("a field is not UTF-8 text");
        }
        if (holds_json(field.name)) {
            value = remold_data_parse(field.value, NULL); // keeps 4.50 as it is
            json_fields++;
        }
        if (value == NULL) {
            return remold_fail(remold_concat("the field \"", field.name, "\" is no JSON"));
        }
        if (!remold_equal(field.name, "admin")) {
            remold_data_add(session, field.name, value);
        }
    }
    if (json_fields != 3) {
        return remold_fail("one of the fields seen, score and roles is missing");
    }
    remold_bytes admin = remold_hash_get(rec, "admin");
    remold_data_add(session, "admin", remold_data_bool(remold_equal(admin, "1")));
    remold_data_sort(session);
    remold_set_value(rec, remold_value_text(remold_data_print(session)));
    return remold_done();
}
REMOLD_REVERT(revert)
