/// The interfaces `sets` and `sorted-sets` of the stand-in.
#include <math.h>
#include <stdlib.h>

#include "store.h"

static size_t size_of_member(remold_kind kind) {
    return kind == REMOLD_SET ? sizeof(remold_bytes) : sizeof(remold_scored);
}

static void answer_len(uint32_t i, remold_kind kind, remold_answer *answer) {
    const kept *rec = find_kind(i, kind, answer);
    if (rec != NULL) {
        answer->number = (uint32_t)rec->value.set.count;
    }
}

static bool has(kept *rec, remold_kind kind, remold_bytes member) {
    return rec != NULL && position_of(LIST_OF(rec), size_of_member(kind), member) < rec->value.set.count;
}

static void answer_contains(uint32_t i, remold_kind kind, remold_bytes member, remold_answer *answer) {
    kept *rec = find_kind(i, kind, answer);
    if (rec != NULL) {
        answer->truth = has(rec, kind, member);
    }
}

static void take_out(kept *rec, remold_kind kind, remold_bytes member) {
    if (has(rec, kind, member)) {
        size_t size = size_of_member(kind);
        remove_at(LIST_OF(rec), size, position_of(LIST_OF(rec), size, member));
    }
}

static void rename_member(uint32_t i, remold_kind kind, remold_bytes from, remold_bytes to, remold_answer *answer) {
    kept *rec = find_edited(i, kind, answer);
    if (has(rec, kind, from) && !remold_equal(from, to)) {
        take_out(rec, kind, to);
        size_t size = size_of_member(kind);
        char *items = LIST_OF(rec)->items;
        *(remold_bytes *)(void *)(items + position_of(LIST_OF(rec), size, from) * size) = copy_bytes(keep, to);
    }
}

static void clear(uint32_t i, remold_kind kind, remold_answer *answer) {
    kept *rec = find_edited(i, kind, answer);
    if (rec != NULL) {
        rec->value.set.count = 0;
    }
}

void remold_host_sets_len(uint32_t i, remold_answer *answer) {
    answer_len(i, REMOLD_SET, answer);
}

void remold_host_sets_contains(uint32_t i, REMOLD_FLAT(member), remold_answer *answer) {
    answer_contains(i, REMOLD_SET, TAKE(member), answer);
}

void remold_host_sets_add(uint32_t i, REMOLD_FLAT(member), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_SET, answer);
    if (rec != NULL && !has(rec, REMOLD_SET, TAKE(member))) {
        remold_bytes *added = insert_at(LIST_OF(rec), sizeof *added, rec->value.set.count);
        *added = copy_bytes(keep, TAKE(member));
    }
}

void remold_host_sets_remove(uint32_t i, REMOLD_FLAT(member), remold_answer *answer) {
    take_out(find_edited(i, REMOLD_SET, answer), REMOLD_SET, TAKE(member));
}

void remold_host_sets_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer) {
    rename_member(i, REMOLD_SET, TAKE(from), TAKE(to), answer);
}

void remold_host_sets_clear(uint32_t i, remold_answer *answer) {
    clear(i, REMOLD_SET, answer);
}

void remold_host_sets_members(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_SET, answer);
    if (rec != NULL) {
        answer_page(answer, REMOLD_SET, LIST_OF(rec), sizeof(remold_bytes), start, limit);
    }
}

void remold_host_sets_members_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_sets_members(i, start, limit, answer);
    check_texts(answer, sizeof(remold_bytes), "a member");
}

void remold_host_sorted_sets_len(uint32_t i, remold_answer *answer) {
    answer_len(i, REMOLD_SORTED_SET, answer);
}

void remold_host_sorted_sets_contains(uint32_t i, REMOLD_FLAT(member), remold_answer *answer) {
    answer_contains(i, REMOLD_SORTED_SET, TAKE(member), answer);
}

void remold_host_sorted_sets_score(uint32_t i, REMOLD_FLAT(member), remold_wide_answer *answer) {
    remold_answer kind;
    kept *rec = find_kind(i, REMOLD_SORTED_SET, &kind);
    *answer = (remold_wide_answer){.refused = kind.refused};
    if (kind.refused) {
        answer->error = kind.error;
    } else if (has(rec, REMOLD_SORTED_SET, TAKE(member))) {
        size_t at = position_of(LIST_OF(rec), sizeof(remold_scored), TAKE(member));
        answer->score.present = true;
        answer->score.number = rec->value.sorted_set.items[at].score;
    }
}

void remold_host_sorted_sets_add(uint32_t i, REMOLD_FLAT(member), double score, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_SORTED_SET, answer);
    if (rec != NULL && isnan(score)) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "score: it is not a number");
    } else if (rec != NULL) {
        size_t at = position_of(LIST_OF(rec), sizeof(remold_scored), TAKE(member));
        if (at == rec->value.sorted_set.count) {
            remold_scored *added = insert_at(LIST_OF(rec), sizeof *added, at);
            added->member = copy_bytes(keep, TAKE(member));
        }
        rec->value.sorted_set.items[at].score = score;
    }
}

void remold_host_sorted_sets_remove(uint32_t i, REMOLD_FLAT(member), remold_answer *answer) {
    take_out(find_edited(i, REMOLD_SORTED_SET, answer), REMOLD_SORTED_SET, TAKE(member));
}

void remold_host_sorted_sets_rename(uint32_t i, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer) {
    rename_member(i, REMOLD_SORTED_SET, TAKE(from), TAKE(to), answer);
}

void remold_host_sorted_sets_clear(uint32_t i, remold_answer *answer) {
    clear(i, REMOLD_SORTED_SET, answer);
}

static int by_score(const void *a, const void *b) {
    const remold_scored *left = a, *right = b;
    int order = (left->score > right->score) - (left->score < right->score);
    return order != 0 ? order : remold_compare(left->member, right->member);
}

void remold_host_sorted_sets_members(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_SORTED_SET, answer);
    if (rec != NULL && rec->value.sorted_set.count > 0) {
        qsort(rec->value.sorted_set.items, rec->value.sorted_set.count, sizeof(remold_scored), by_score);
    }
    if (rec != NULL) {
        answer_page(answer, REMOLD_SORTED_SET, LIST_OF(rec), sizeof(remold_scored), start, limit);
    }
}

void remold_host_sorted_sets_members_text(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_sorted_sets_members(i, start, limit, answer);
    check_texts(answer, sizeof(remold_scored), "a member");
}
