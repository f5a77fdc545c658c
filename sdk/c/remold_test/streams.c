/// The interface `streams` of the stand-in. Its streams have no consumer groups, as streams that are made anew.
#include "store.h"

#define ID(ms, seq) ((remold_stream_id){ms, seq})

static int compare_ids(remold_stream_id a, remold_stream_id b) {
    return a.ms != b.ms ? (a.ms > b.ms) - (a.ms < b.ms) : (a.seq > b.seq) - (a.seq < b.seq);
}

/// Finds an entry; NULL if there is none, or no record.
static remold_entry *find_entry(const kept *rec, remold_stream_id id) {
    for (size_t at = 0; rec != NULL && at < rec->value.stream.entries.count; at++) {
        if (compare_ids(rec->value.stream.entries.items[at].id, id) == 0) {
            return &rec->value.stream.entries.items[at];
        }
    }
    return NULL;
}

/// Finds an entry for an edit; refuses and returns NULL if there is none.
static remold_entry *find_edited_entry(uint32_t i, remold_stream_id id, remold_answer *answer) {
    const kept *rec = find_edited(i, REMOLD_STREAM, answer);
    remold_entry *entry = find_entry(rec, id);
    if (rec != NULL && entry == NULL) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "stream id: there is no entry %llu-%llu",
            (unsigned long long)id.ms, (unsigned long long)id.seq);
    }
    return entry;
}

/// The fields of an entry as a list that grows and shrinks.
static any_list *fields_of(remold_entry *entry) {
    return (any_list *)(void *)&entry->fields;
}

/// Finds the first field of a name; NULL if there is none.
static remold_pair *find_pair(remold_entry *entry, remold_bytes name) {
    size_t at = position_of(fields_of(entry), sizeof(remold_pair), name);
    return at == entry->fields.count ? NULL : &entry->fields.items[at];
}

/// Copies fields; refuses if there are none.
static bool copy_fields(const remold_pair *fields, size_t count, remold_pair_list *copy, remold_answer *answer) {
    remold_entry entry = {{0, 0}, {(remold_pair *)fields, count}};
    if (count == 0) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "stream fields: an entry has at least one field");
        return false;
    }
    any_list copies = copy_list(keep, REMOLD_STREAM, &entry, 1);
    *copy = ((const remold_entry *)copies.items)->fields;
    return true;
}

void remold_host_streams_len(uint32_t i, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_STREAM, answer);
    if (rec != NULL) {
        answer->number = (uint32_t)rec->value.stream.entries.count;
    }
}

void remold_host_streams_last_id(uint32_t i, remold_wide_answer *answer) {
    remold_answer kind;
    const kept *rec = find_kind(i, REMOLD_STREAM, &kind);
    *answer = (remold_wide_answer){.refused = kind.refused};
    if (kind.refused) {
        answer->error = kind.error;
    } else {
        answer->id = rec->value.stream.last_id;
    }
}

void remold_host_streams_entries(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    kept *rec = find_kind(i, REMOLD_STREAM, answer);
    if (rec != NULL) {
        answer_page(answer, REMOLD_STREAM, LIST_OF(rec), sizeof(remold_entry), start, limit);
    }
}

void remold_host_streams_ids(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer) {
    remold_host_streams_entries(i, start, limit, answer);
    if (answer->refused) {
        return;
    }
    const remold_entry *entries = answer->list.items;
    remold_stream_id *ids = give(answer->list.count * sizeof *ids);
    for (size_t at = 0; at < answer->list.count; at++) {
        ids[at] = entries[at].id;
    }
    answer->list.items = ids;
}

void remold_host_streams_get(uint32_t i, uint64_t ms, uint64_t seq, remold_answer *answer) {
    const remold_entry *entry = find_entry(find_kind(i, REMOLD_STREAM, answer), ID(ms, seq));
    if (entry != NULL) {
        any_list copies = copy_list(give, REMOLD_STREAM, entry, 1);
        const remold_pair_list *fields = &((const remold_entry *)copies.items)->fields;
        answer->optional_list.present = true;
        answer->optional_list.list = (remold_host_list){fields->items, fields->count};
    }
}

void remold_host_streams_field(uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer) {
    remold_entry *entry = find_entry(find_kind(i, REMOLD_STREAM, answer), ID(ms, seq));
    const remold_pair *field = entry == NULL ? NULL : find_pair(entry, TAKE(name));
    if (field != NULL) {
        answer->optional_bytes = (remold_host_bytes){true, copy_bytes(give, field->value)};
    }
}

void remold_host_streams_field_text(uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer) {
    remold_host_streams_field(i, ms, seq, TAKE(name).data, name_size, answer);
    if (!answer->refused && answer->optional_bytes.present) {
        check_text(answer, answer->optional_bytes.bytes, "the field");
    }
}

void remold_host_streams_set(
    uint32_t i, uint64_t ms, uint64_t seq, const remold_pair *fields, size_t count, remold_answer *answer) {
    remold_entry *entry = find_edited_entry(i, ID(ms, seq), answer);
    if (entry != NULL) {
        copy_fields(fields, count, &entry->fields, answer);
    }
}

void remold_host_streams_set_field(
    uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), REMOLD_FLAT(value), remold_answer *answer) {
    remold_entry *entry = find_edited_entry(i, ID(ms, seq), answer);
    if (entry == NULL) {
        return;
    }
    remold_pair *field = find_pair(entry, TAKE(name));
    if (field == NULL) {
        field = insert_at(fields_of(entry), sizeof *field, entry->fields.count);
        field->name = copy_bytes(keep, TAKE(name));
    }
    field->value = copy_bytes(keep, TAKE(value));
}

void remold_host_streams_rename_field(
    uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(from), REMOLD_FLAT(to), remold_answer *answer) {
    remold_entry *entry = find_edited_entry(i, ID(ms, seq), answer);
    for (size_t at = 0; entry != NULL && at < entry->fields.count; at++) {
        if (remold_equal(entry->fields.items[at].name, TAKE(from))) {
            entry->fields.items[at].name = copy_bytes(keep, TAKE(to));
        }
    }
}

void remold_host_streams_remove_field(uint32_t i, uint64_t ms, uint64_t seq, REMOLD_FLAT(name), remold_answer *answer) {
    remold_entry *entry = find_edited_entry(i, ID(ms, seq), answer);
    size_t others = 0;
    for (size_t at = 0; entry != NULL && at < entry->fields.count; at++) {
        others += !remold_equal(entry->fields.items[at].name, TAKE(name));
    }
    if (entry != NULL && others == 0) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "stream fields: an entry has at least one field");
    }
    while (entry != NULL && others > 0 && find_pair(entry, TAKE(name)) != NULL) {
        size_t at = (size_t)(find_pair(entry, TAKE(name)) - entry->fields.items);
        remove_at(fields_of(entry), sizeof(remold_pair), at);
    }
}

void remold_host_streams_add(
    uint32_t i, uint64_t ms, uint64_t seq, const remold_pair *fields, size_t count, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_STREAM, answer);
    remold_pair_list copy;
    if (rec != NULL && compare_ids(ID(ms, seq), rec->value.stream.last_id) <= 0) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "stream id: it is not larger than the stream's last id");
    } else if (rec != NULL && copy_fields(fields, count, &copy, answer)) {
        remold_entry *added = insert_at(LIST_OF(rec), sizeof *added, rec->value.stream.entries.count);
        *added = (remold_entry){ID(ms, seq), copy};
        rec->value.stream.last_id = ID(ms, seq);
    }
}

void remold_host_streams_remove(uint32_t i, uint64_t ms, uint64_t seq, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_STREAM, answer);
    const remold_entry *entry = find_entry(rec, ID(ms, seq));
    if (entry != NULL) {
        remove_at(LIST_OF(rec), sizeof *entry, (size_t)(entry - rec->value.stream.entries.items));
    }
}

void remold_host_streams_groups(uint32_t i, remold_answer *answer) {
    if (find_kind(i, REMOLD_STREAM, answer) != NULL) {
        answer->list = (remold_host_list){give(0), 0};
    }
}
