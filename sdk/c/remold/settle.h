/// How the host is told what became of a record. The SDK's own; nothing for users.
#ifndef REMOLD_SETTLE_H
#define REMOLD_SETTLE_H

#include "export.h"

/// A record of a batch, with its errors and what was said of it.
typedef struct remold_place {
    remold_record record;
    remold_fault fault;
    remold_outcome outcome;
} remold_place;

/// Tells the host of a record that is not done: of its error first, whatever the transform said.
void remold_settle(const remold_record *rec, remold_outcome outcome);

#endif
