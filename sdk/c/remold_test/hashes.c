/// The interface `hashes` of the stand-in.
#include "store.h"

/// Finds a field by its name; NULL if there is none.
static remold_field *find_field(kept *rec, remold_bytes name) {
    size_t at = position_of(LIST_OF(rec), sizeof(remold_field), name);
    return at == rec->value.hash.count ? NULL : &rec->value.hash.items[at];
}

void remold_host_hashes_get(uint32_t i, REMOLD_FLAT(name), remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_HASH, answer);
    const remold_field *field = rec == NULL ? NULL : find_field(rec, TAKE(name));
    if (field != NULL) {
        answer->optional_bytes = (remold_host_bytes){true, copy_bytes(give, field->value)};
    }
}

void remold_host_hashes_get_text(uint32_t i, REMOLD_FLAT(name), remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_HASH, answer);
    const remold_field *field = rec == NULL ? NULL : find_field(rec, TAKE(name));
    if (field != NULL && check_text(answer, field->value, "the field")) {
        answer->optional_bytes = (remold_host_bytes){true, copy_bytes(give, field->value)};
    }
}

void remold_host_hashes_set(uint32_t i, REMOLD_FLAT(name), REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_HASH, answer);
    if (rec == NULL) {
        return;
    }
    remold_field *field = find_field(rec, TAKE(name));
    if (field == NULL) {
        field = insert_at(LIST_OF(rec), sizeof *field, rec->value.hash.count);
        *field = (remold_field){copy_bytes(keep, TAKE(name)), REMOLD_NOTHING, REMOLD_NEVER};
    }
    field->value = copy_bytes(keep, TAKE(value));
}

void remold_host_hashes_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_HASH, answer);
    if (rec == NULL || find_field(rec, TAKE(from)) == NULL || remold_equal(TAKE(from), TAKE(to))) {
        return;
    }
    size_t replaced = position_of(LIST_OF(rec), sizeof(remold_field), TAKE(to));
    if (replaced < rec->value.hash.count) {
        remove_at(LIST_OF(rec), sizeof(remold_field), replaced);
    }
    find_field(rec, TAKE(from))->name = copy_bytes(keep, TAKE(to));
}

void remold_host_hashes_remove(uint32_t i, REMOLD_FLAT(name), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_HASH, answer);
    if (rec != NULL && find_field(rec, TAKE(name)) != NULL) {
        remove_at(LIST_OF(rec), sizeof(remold_field), position_of(LIST_OF(rec), sizeof(remold_field), TAKE(name)));
    }
}

void remold_host_hashes_contains(uint32_t i, REMOLD_FLAT(name), remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_HASH, answer);
    if (rec != NULL) {
        answer->truth = find_field(rec, TAKE(name)) != NULL;
    }
}

void remold_host_hashes_len(uint32_t i, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_HASH, answer);
    if (rec != NULL) {
        answer->number = (uint32_t)rec->value.hash.count;
    }
}

void remold_host_hashes_clear(uint32_t i, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_HASH, answer);
    if (rec != NULL) {
        rec->value.hash.count = 0;
    }
}

void remold_host_hashes_names(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_HASH, answer);
    if (rec != NULL) {
        answer_names(answer, LIST_OF(rec), sizeof(remold_field), start, limit);
    }
}

void remold_host_hashes_fields(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_HASH, answer);
    if (rec != NULL) {
        answer_page(answer, REMOLD_HASH, LIST_OF(rec), sizeof(remold_field), start, limit);
    }
}

void remold_host_hashes_names_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_hashes_names(i, start, limit, answer);
    check_texts(answer, sizeof(remold_bytes), "a name");
}

void remold_host_hashes_fields_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_hashes_fields(i, start, limit, answer);
    if (!check_texts(answer, sizeof(remold_field), "a name")) {
        return;
    }
    const remold_field *fields = answer->list.items;
    remold_pair *pairs = give(answer->list.count * sizeof *pairs);
    for (size_t at = 0; at < answer->list.count; at++) {
        pairs[at] = (remold_pair){fields[at].name, fields[at].value};
        if (!check_text(answer, fields[at].value, "a value")) {
            return;
        }
    }
    answer->list.items = pairs;
}

void remold_host_hashes_expires_at(uint32_t i, REMOLD_FLAT(name), remold_wide_answer *answer) {
    remold_answer kind;
    kept *rec = find_kind(i, REMOLD_HASH, &kind);
    const remold_field *field = rec == NULL ? NULL : find_field(rec, TAKE(name));
    *answer = (remold_wide_answer){.refused = kind.refused};
    if (kind.refused) {
        answer->error = kind.error;
    } else if (field != NULL) {
        answer->time = field->expires_at;
    }
}

void remold_host_hashes_set_expires_at(
    uint32_t i, REMOLD_FLAT(name), uint32_t present, uint64_t at, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_HASH, answer);
    remold_field *field = rec == NULL ? NULL : find_field(rec, TAKE(name));
    if (field != NULL && (!present || at > 0)) {
        field->expires_at = TAKE_TIME(present, at);
    } else if (rec != NULL) {
        const char *problem = field == NULL ? "there is no such field" : "it is zero";
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "expiry: %s", problem);
    }
}
