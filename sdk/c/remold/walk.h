/// The step that all walks over elements take. The SDK's own; nothing for users.
#ifndef REMOLD_WALK_H
#define REMOLD_WALK_H

#include "host.h"
#include "record.h"

/// How many elements a page has at most.
#define REMOLD_PAGE 256

/// A function of the host that returns a page of a record.
typedef void (*remold_page)(uint32_t i, uint32_t start, uint32_t limit, remold_answer *answer);

/// Returns the next element, of so many bytes, and gets the next page before if need be; NULL at the end.
const void *remold_step(remold_walk *walk, size_t size, remold_page page);

#endif
