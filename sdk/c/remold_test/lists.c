/// The interface `lists` of the stand-in.
#include "store.h"

/// Resolves an index, which counts from the end if it is below zero; refuses and returns false if there is no such
/// item.
static bool resolve(int64_t *index, size_t count, remold_answer *answer) {
    int64_t resolved = *index < 0 ? *index + (int64_t)count : *index;
    if (resolved < 0 || resolved >= (int64_t)count) {
        refuse_with(answer, REMOLD_OUT_OF_RANGE, "item %lld does not exist, there are %zu", (long long)*index, count);
        return false;
    }
    *index = resolved;
    return true;
}

void remold_host_lists_len(uint32_t i, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_LIST, answer);
    if (rec != NULL) {
        answer->number = (uint32_t)rec->value.list.count;
    }
}

void remold_host_lists_get(uint32_t i, int64_t index, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_LIST, answer);
    if (rec != NULL && resolve(&index, rec->value.list.count, answer)) {
        answer->bytes = copy_bytes(give, rec->value.list.items[index]);
    }
}

void remold_host_lists_get_text(uint32_t i, int64_t index, remold_answer *answer) {
    remold_host_lists_get(i, index, answer);
    if (!answer->refused) {
        check_text(answer, answer->bytes, "the item");
    }
}

void remold_host_lists_set(uint32_t i, int64_t index, REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL && resolve(&index, rec->value.list.count, answer)) {
        rec->value.list.items[index] = copy_bytes(keep, TAKE(value));
    }
}

/// Inserts an item at a place that is there.
static void insert(kept *rec, size_t at, remold_bytes value) {
    *(remold_bytes *)insert_at(LIST_OF(rec), sizeof(remold_bytes), at) = copy_bytes(keep, value);
}

void remold_host_lists_push(uint32_t i, REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL) {
        insert(rec, rec->value.list.count, TAKE(value));
    }
}

void remold_host_lists_push_front(uint32_t i, REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL) {
        insert(rec, 0, TAKE(value));
    }
}

void remold_host_lists_insert(uint32_t i, int64_t index, REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL && (index == (int64_t)rec->value.list.count || resolve(&index, rec->value.list.count, answer))) {
        insert(rec, (size_t)index, TAKE(value));
    }
}

void remold_host_lists_remove(uint32_t i, int64_t index, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL && resolve(&index, rec->value.list.count, answer)) {
        remove_at(LIST_OF(rec), sizeof(remold_bytes), (size_t)index);
    }
}

void remold_host_lists_clear(uint32_t i, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_LIST, answer);
    if (rec != NULL) {
        rec->value.list.count = 0;
    }
}

void remold_host_lists_items(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_LIST, answer);
    if (rec != NULL) {
        answer_page(answer, REMOLD_LIST, LIST_OF(rec), sizeof(remold_bytes), start, limit);
    }
}

void remold_host_lists_items_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_lists_items(i, start, limit, answer);
    check_texts(answer, sizeof(remold_bytes), "an item");
}
