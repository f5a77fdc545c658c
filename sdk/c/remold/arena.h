/// The arenas behind memory.h. The SDK's own; nothing for users.
#ifndef REMOLD_ARENA_H
#define REMOLD_ARENA_H

#include "bytes.h"
#include "memory.h"

/// An arena: a list of chunks that are used one after the other, and again after a reset.
typedef struct remold_arena {
    struct remold_chunk *first;
    struct remold_chunk *chunk;
    char *at;
} remold_arena;

/// What is valid until a record is finished.
extern remold_arena remold_record_arena;

/// What is valid until a call of the host ends: the parameters.
extern remold_arena remold_call_arena;

/// Where the host's answers and allocations go to now.
extern remold_arena *remold_arena_in_use;

/// Whether an error that was not caught has its message in the arena.
extern bool remold_memory_held;

/// Empties an arena. Its chunks stay.
void remold_arena_reset(remold_arena *arena);

/// Returns memory of the arena in use that is not zeroed; never NULL, not even for no bytes.
void *remold_take(size_t alignment, size_t size);

/// Makes the last memory that was taken longer, if there is room behind it.
bool remold_extend(void *memory, size_t size, size_t new_size);

/// What the host calls to put an answer into the transform's memory.
void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t new_size);

#endif
