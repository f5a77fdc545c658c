/// The SDK of Remold for C: everything that a transform needs. `remold.c` is compiled beside the transform.
///
///     #include "remold.h"
///
///     static remold_outcome migrate(remold_record *rec) {
///         if (!remold_hash_contains(rec, "name")) {
///             return remold_reject("no-name", "there is nothing to split");
///         }
///         remold_bytes first, last;
///         remold_cut(remold_hash_get_text(rec, "name"), " ", &first, &last);
///         remold_hash_set(rec, "first", first);
///         remold_hash_set(rec, "last", remold_or(last, ""));
///         remold_hash_remove(rec, "name");
///         return remold_done();
///     }
///     REMOLD_MIGRATE(migrate)
///
/// The parts: bytes, memory, errors; the transform's exports and outcomes; records of each kind, batches, programs; and
/// what a migration needs beside them: numbers, data, building of bytes. Most functions are macros too, which take a C
/// string for bytes and note the place of the call.
#ifndef REMOLD_H
#define REMOLD_H

#include "remold/bytes.h"
#include "remold/memory.h"
#include "remold/fault.h"
#include "remold/value.h"
#include "remold/export.h"
#include "remold/record.h"
#include "remold/text.h"
#include "remold/hash.h"
#include "remold/list.h"
#include "remold/set.h"
#include "remold/stream.h"
#include "remold/batch.h"
#include "remold/context.h"
#include "remold/program.h"
#include "remold/build.h"
#include "remold/number.h"
#include "remold/data.h"

#endif
