/// The arenas: memory that is given out in a row and taken back all at once.
#include "arena.h"
#include "export.h"

#if !defined(__wasm__)
#include <stdlib.h>
#endif

/// What memory grows by, and the least that is asked for at once.
#define PAGE ((size_t)65536)
#define LEAST (4 * PAGE)

typedef struct remold_chunk {
    struct remold_chunk *next;
    char *end;
} remold_chunk;

remold_arena remold_record_arena;
remold_arena remold_call_arena;
remold_arena *remold_arena_in_use = &remold_record_arena;
bool remold_memory_held;

/// Gets whole pages of the machine. The host's limit makes this trap; so does having none left.
static void *get_pages(size_t size) {
#if defined(__wasm__)
    size_t before = __builtin_wasm_memory_grow(0, size / PAGE);
    if (before == SIZE_MAX) {
        __builtin_trap();
    }
    return (void *)(before * PAGE);
#else
    void *pages = malloc(size);
    if (pages == NULL) {
        abort();
    }
    return pages;
#endif
}

static char *start_of(remold_chunk *chunk) {
    return (char *)(chunk + 1);
}

/// Goes on to the next chunk that has room for so many bytes, or makes one.
static void next_chunk(remold_arena *arena, size_t size) {
    remold_chunk **link = arena->chunk == NULL ? &arena->first : &arena->chunk->next;
    while (*link != NULL && (size_t)((*link)->end - start_of(*link)) < size) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        if (size > SIZE_MAX / 2) {
            __builtin_trap();
        }
        size_t needed = (size + sizeof(remold_chunk) + PAGE - 1) / PAGE * PAGE;
        size_t wanted = needed > LEAST ? needed : LEAST;
        remold_chunk *made = get_pages(wanted);
        *made = (remold_chunk){NULL, (char *)made + wanted};
        *link = made;
    }
    arena->chunk = *link;
    arena->at = start_of(*link);
}

void *remold_take(size_t alignment, size_t size) {
    remold_arena *arena = remold_arena_in_use;
    for (;;) {
        if (arena->chunk != NULL) {
            uintptr_t at = ((uintptr_t)arena->at + alignment - 1) & ~(uintptr_t)(alignment - 1);
            uintptr_t end = (uintptr_t)arena->chunk->end;
            if (at <= end && size <= end - at) {
                arena->at = (char *)(at + size);
                return (void *)at;
            }
        }
        next_chunk(arena, size > SIZE_MAX - alignment ? SIZE_MAX : size + alignment);
    }
}

bool remold_extend(void *memory, size_t size, size_t new_size) {
    remold_arena *arena = remold_arena_in_use;
    char *start = memory;
    if (arena->chunk == NULL || start + size != arena->at || new_size > (size_t)(arena->chunk->end - start)) {
        return false;
    }
    arena->at = start + new_size;
    return true;
}

void remold_arena_reset(remold_arena *arena) {
    arena->chunk = arena->first;
    arena->at = arena->first == NULL ? NULL : start_of(arena->first);
    remold_memory_held = false;
}

void *remold_allocate(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        __builtin_trap();
    }
    void *memory = remold_take(_Alignof(max_align_t), count * size);
    __builtin_memset(memory, 0, count * size);
    return memory;
}

remold_mark remold_memory_mark(void) {
    return (remold_mark){remold_record_arena.chunk, remold_record_arena.at};
}

void remold_memory_rewind(remold_mark mark) {
    if (remold_memory_held) {
        return;
    }
    if (mark.chunk == NULL) {
        remold_arena_reset(&remold_record_arena);
        return;
    }
    remold_record_arena.chunk = mark.chunk;
    remold_record_arena.at = mark.at;
}

REMOLD_EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t new_size) {
    if (old != NULL && old_size > 0 && remold_extend(old, old_size, new_size)) {
        return old;
    }
    void *memory = remold_take(alignment, new_size);
    if (old != NULL) {
        __builtin_memcpy(memory, old, old_size < new_size ? old_size : new_size);
    }
    return memory;
}
