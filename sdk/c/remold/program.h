/// What a program can reach: it lists, reads and writes keys itself. Every key is checked against what was granted.
///
/// A program runs in one call of the host. Its memory is given back page by page of a scan; in other loops
/// `remold_memory_mark` and `remold_memory_rewind` do that.
#ifndef REMOLD_PROGRAM_H
#define REMOLD_PROGRAM_H

#include "memory.h"
#include "value.h"
#include "fault.h"

/// What became of a record that was applied.
typedef enum remold_applied {
    /// The edits were written.
    REMOLD_APPLIED,
    /// There was nothing to write.
    REMOLD_UNCHANGED,
    /// The key changed since it was read: get it again.
    REMOLD_CONFLICT,
    /// This run has migrated the key before.
    REMOLD_ALREADY,
    /// The host refused; the program has failed.
    REMOLD_REFUSED,
} remold_applied;

/// A scan over keys. Its parts are for the SDK alone.
typedef struct remold_scan {
    /// The program.
    remold_program *program;
    /// What keys match.
    remold_bytes pattern;
    /// The kind of their values.
    remold_kind kind;
    /// Where the memory of a page begins.
    remold_mark mark;
} remold_scan;

/// Begins a scan over the keys that match a pattern and whose values are of a kind, or of `REMOLD_ANY_KIND`. Needs
/// `scan` on the pattern. The same scan a second time goes on where the first stopped.
remold_scan remold_scan_begin(remold_program *program, remold_bytes pattern, remold_kind kind);
#define remold_scan_begin(program, pattern, kind) \
    remold_scan_begin(REMOLD_PROGRAM_HERE(program), REMOLD_BYTES(pattern), kind)

/// Takes the next page of keys; returns false at the end. Everything that was allocated and read since the page before
/// is given back, so nothing of it may be kept from one page to the next.
bool remold_scan_next(remold_scan *scan, remold_bytes_list *keys);

/// Reads a key; returns NULL if it is not there. Needs `read` or `write` on it.
remold_record *remold_get(remold_program *program, remold_bytes key);
#define remold_get(program, key) remold_get(REMOLD_PROGRAM_HERE(program), REMOLD_BYTES(key))

/// Reads keys at once and returns as many records in their order; NULL in place of a key that is not there.
remold_record **remold_get_many(remold_program *program, remold_bytes_list keys);
#define remold_get_many(program, ...) remold_get_many(REMOLD_PROGRAM_HERE(program), __VA_ARGS__)

/// Writes the edits of a record, exactly once per run, and lets the record go. Needs `write` on its key.
remold_applied remold_apply(remold_program *program, const remold_record *rec);
#define remold_apply(program, rec) remold_apply(REMOLD_PROGRAM_HERE(program), rec)

/// Writes the edits of so many records, each exactly once per run, lets them go, and returns what became of each. NULL
/// among them is passed over; it is `REMOLD_UNCHANGED`.
const remold_applied *remold_apply_many(remold_program *program, remold_record *const *records, size_t count);
#define remold_apply_many(program, records, count) remold_apply_many(REMOLD_PROGRAM_HERE(program), records, count)

/// Lets records go that are not applied. Those that are held count as memory. NULL among them is passed over.
void remold_release(remold_program *program, remold_record *const *records, size_t count);

/// Tells the operator how far the program is, and of how much; 0 if that is not known.
void remold_progress(remold_program *program, uint64_t done, uint64_t total);

/// Remembers how far the program is, for a run that is resumed: everything that was applied before counts as done.
void remold_checkpoint(remold_program *program, remold_bytes state);
#define remold_checkpoint(program, state) remold_checkpoint(REMOLD_PROGRAM_HERE(program), REMOLD_BYTES(state))

/// Returns the last checkpoint of the run that is resumed; nothing if there is none.
remold_bytes remold_resumed_from(remold_program *program);

/// Takes a backup and returns its name. Needs `backup`.
remold_bytes remold_backup(remold_program *program, remold_bytes name);
#define remold_backup(program, name) remold_backup(REMOLD_PROGRAM_HERE(program), REMOLD_BYTES(name))

#endif
