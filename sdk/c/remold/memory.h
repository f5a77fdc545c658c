/// Memory that nobody frees. Everything that the SDK returns, and everything that is allocated here, lies in one arena.
///
/// It is emptied when a record is finished, or the batch of a transform of batches, or a page of a program's scan. So
/// nothing of it may be kept in a global variable.
#ifndef REMOLD_MEMORY_H
#define REMOLD_MEMORY_H

#include <stddef.h>

/// Returns zeroed memory for `count` things of `size` bytes each; never NULL. The transform traps if there is none
/// left.
void *remold_allocate(size_t count, size_t size);

/// Returns a zeroed array of `count` things of a type.
#define REMOLD_ARRAY(type, count) ((type *)remold_allocate((count), sizeof(type)))

/// A place in the arena.
typedef struct remold_mark {
    /// The SDK's own.
    void *chunk;
    /// The SDK's own.
    char *at;
} remold_mark;

/// Returns where the arena is now.
remold_mark remold_memory_mark(void);

/// Gives back everything that was allocated since the mark. For loops over very large values, and programs; without
/// effect while an error has not been caught, for its message is in the arena.
void remold_memory_rewind(remold_mark mark);

#endif
