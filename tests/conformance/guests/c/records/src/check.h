/// What the checks of records share. A check that does not hold rejects the record, with the line.
#ifndef CHECK_H
#define CHECK_H

#include "remold.h"

#define LINE_TEXT(line) #line
#define LINE_OF(line) LINE_TEXT(line)

/// Rejects the record, with the line, unless something holds. An error that was not caught is the record's.
#define EXPECT(condition) \
    do { \
        bool holds = (condition); \
        if (remold_failed(rec)) { \
            return remold_done(); \
        } \
        if (!holds) { \
            return remold_reject("check", __FILE__ ":" LINE_OF(__LINE__) ": " #condition); \
        } \
    } while (0)

/// Rejects the record, with the line, unless the last call was refused with a code.
#define EXPECT_REFUSED(wanted) \
    do { \
        remold_error error; \
        if (!remold_catch(rec, &error)) { \
            return remold_reject("check", __FILE__ ":" LINE_OF(__LINE__) ": not refused"); \
        } \
        if (error.code != (wanted) || error.message.size == 0) { \
            return remold_reject("check", remold_concat(__FILE__ ":" LINE_OF(__LINE__) ": ", error.message)); \
        } \
    } while (0)

static inline bool is_id(remold_stream_id id, uint64_t ms, uint64_t seq) {
    return id.ms == ms && id.seq == seq;
}

remold_outcome check_text(remold_record *rec);
remold_outcome check_json(remold_record *rec);
remold_outcome check_hash(remold_record *rec);
remold_outcome check_list(remold_record *rec);
remold_outcome check_set(remold_record *rec);
remold_outcome check_sorted_set(remold_record *rec);
remold_outcome check_stream(remold_record *rec);

#endif
