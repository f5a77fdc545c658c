/// The run that the transform is part of. A dry run, the run and a replay say the same.
#ifndef REMOLD_CONTEXT_H
#define REMOLD_CONTEXT_H

#include "data.h"

/// How important a line of the log is.
typedef enum remold_level {
    /// For the author of the transform.
    REMOLD_DEBUG,
    /// Worth knowing.
    REMOLD_INFO,
    /// Worth a look.
    REMOLD_WARN,
} remold_level;

/// Returns the manifest's parameters: an object. They are parsed once for each batch, and valid until it ends.
const remold_data *remold_parameters(void);

/// Returns a parameter of the manifest; NULL if it is not there.
const remold_data *remold_parameter(remold_bytes name);
#define remold_parameter(name) remold_parameter(REMOLD_BYTES(name))

/// Returns the run's frozen clock, Unix milliseconds.
uint64_t remold_now_ms(void);

/// Returns the run's seed. `remold_seed` is the one to use for what depends on a record.
uint64_t remold_run_seed(void);

/// Logs a line. It counts as output.
void remold_log(remold_level level, remold_bytes message);
#define remold_log(level, message) remold_log(level, REMOLD_BYTES(message))

/// Logs text at the level debug, line by line; the last ones are told if the transform traps. For what a library prints
/// to its standard error.
void remold_print(remold_bytes text);
#define remold_print(text) remold_print(REMOLD_BYTES(text))

#endif
