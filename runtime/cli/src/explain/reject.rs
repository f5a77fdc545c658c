//! Rejected keys, keys that a rollback kept, host functions.

use super::Area::{Host, Kept, Reject};
use super::{Explanation, explained};

const AS_WAS: &str = "The key is as it was.";
const LATER: &str = "The key is as it is now; what it was before the run is in the journal.";
const EXCEPTION: &str =
    "Unless the transform catches it, its record is rejected and stays as it was.";

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    explained(
        "conflict",
        Reject,
        "The key changed during every attempt to write it, or to read it in parts.",
        "The application's writes are all there.",
        "`remold resume RUN --retry-rejected` when the key is quieter, or raise `spec.policy.conflictRetries`; a key that is \
         read in parts is read in one step below `spec.limits.maxKeyBytes`.",
    ),
    explained(
        "partially-applied",
        Reject,
        "The server took the batch and refused this key's part of it, which its transactions do not undo.",
        "What the key was is in the journal; it is not touched again unless that is asked for.",
        "Mend what the server complains of; when the run is completed, `remold resume RUN --retry-rejected`. Or roll back.",
    ),
    explained(
        "target-exists",
        Reject,
        "A rename or an emitted entry would replace a key that exists.",
        "Both keys are as they were.",
        "Look at both. `spec.policy.overwrite: true` replaces it; its value stays in the journal.",
    ),
    explained(
        "ambiguous-version",
        Reject,
        "The key is valid under schemas of versions that are not compatible, and nothing of it tells which it is at.",
        AS_WAS,
        "Name a place for the version in the schemas, `versionField`, or close them by `additionalProperties: false`, so that a key \
         is valid under one only. `remold plan MANIFEST` counts such keys.",
    ),
    explained(
        "unknown-version",
        Reject,
        "The key says itself that it is at a version that the registry does not have.",
        AS_WAS,
        "Register that version, or mend what writes it.",
    ),
    explained(
        "invalid-source",
        Reject,
        "The key is one of the subject, and not valid under the version that it says it is at, or under any.",
        AS_WAS,
        "The message names the place in the value and the rule. Mend the key, or register the version that it is really at.",
    ),
    explained(
        "invalid-target",
        Reject,
        "What the transform makes of the key is not valid under the version that it brings it to; on the way back, under the one that it \
         had before.",
        AS_WAS,
        "Mend the transform, or the schema. The message names the place in the value, the rule, and on a way of several migrations the one \
         that made it so.",
    ),
    explained(
        "no-route",
        Reject,
        "No registered migration leads on from the version that the key is at.",
        AS_WAS,
        "Register the migration that the message names, or leave the version out with `spec.schema.from`.",
    ),
    explained(
        "no-way-back",
        Reject,
        "Several versions lead to the one that the key is at, and it is not known which of them it had.",
        AS_WAS,
        "A rollback knows it from the journal. In a fixture, go back with a manifest whose `from` takes one version.",
    ),
    explained(
        "denied",
        Reject,
        "The transform names a key that no capability grants, or one of the bookkeeping.",
        AS_WAS,
        "Add a pattern to `spec.capabilities`, or mend the transform.",
    ),
    explained(
        "foreign-share",
        Reject,
        "The transform creates, renames to, or deletes a key that is selected and belongs to another share of the run, which \
         would migrate it a second time.",
        AS_WAS,
        "Run the migration with one worker, without `--share`; or leave such keys out of `spec.select`, so that no share selects \
         them.",
    ),
    explained(
        "too-large",
        Reject,
        "The key is larger than `spec.limits.maxKeyBytes`.",
        AS_WAS,
        "Raise the limit, leave such keys out with `spec.limits.oversized: skip`, or have them read in parts with `stream`.",
    ),
    explained(
        "not-readable",
        Reject,
        "`DUMP` is not permitted, and no other command reads the whole value: one of a module, or a stream with what its \
         commands do not tell.",
        AS_WAS,
        "Permit `DUMP` (`ACL SETUSER USER +dump`), or leave the key out with `spec.select.exclude`.",
    ),
    explained(
        "not-writable",
        Reject,
        "The server would not take the new value, or the old one back: `RESTORE` is not permitted and no other command writes \
         it exactly (a module's value, a stream with consumers), or it has more bytes than a server takes in one piece \
         (512 MiB).",
        AS_WAS,
        "Permit `RESTORE` (`ACL SETUSER USER +restore`), or leave the key out with `spec.select.exclude`.",
    ),
    explained(
        "undecodable",
        Reject,
        "The server's serialised value could not be read.",
        AS_WAS,
        "Report it together with the value's `DUMP`; leave the key out with `spec.select.exclude` meanwhile.",
    ),
    explained(
        "unencodable",
        Reject,
        "The new value cannot be written for this server's version.",
        AS_WAS,
        "Mend the transform: field expiries, for instance, need a server that knows them.",
    ),
    explained(
        "bad-output",
        Reject,
        "The transform returned what is no outcome, or a value that Redis cannot hold.",
        AS_WAS,
        "Mend the transform; a case with this record shows it.",
    ),
    explained(
        "out-of-fuel",
        Reject,
        "The transform used up its deterministic budget of operations.",
        AS_WAS,
        "Look for a loop without end, or raise `spec.limits.fuel`.",
    ),
    explained(
        "timeout",
        Reject,
        "The transform took longer than `spec.limits.timeout` for a batch.",
        AS_WAS,
        "Look for slow work on large values, or raise the limit.",
    ),
    explained(
        "memory",
        Reject,
        "The transform needed more memory than `spec.limits.memory`.",
        AS_WAS,
        "Look for values that grow without end, or raise the limit.",
    ),
    explained(
        "trap",
        Reject,
        "The sandbox stopped the transform.",
        AS_WAS,
        "Mend the transform; a case with this record shows it.",
    ),
    explained(
        "exception",
        Reject,
        "The transform threw an error, or called a host function wrongly.",
        AS_WAS,
        "Look at the place that is reported. `reject(…)` says on purpose that a record cannot be migrated.",
    ),
    explained(
        "abi",
        Reject,
        "The transform and the host do not agree on the interface.",
        AS_WAS,
        "Make sure that the transform exports what is used, such as `revert`, and gives one answer for each record.",
    ),
    explained(
        "written-since",
        Kept,
        "The key was written after the run.",
        LATER,
        "Migrate it back by hand, or give the transform a `revert` and roll back again.",
    ),
    explained(
        "deleted-since",
        Kept,
        "The key was deleted after the run.",
        LATER,
        "Nothing, if that was meant; `remold journal export` has the value.",
    ),
    explained(
        "created-since",
        Kept,
        "The run had deleted the key, and it was created again since.",
        LATER,
        "Decide by hand; `remold journal export` has the value.",
    ),
    explained(
        "denied",
        Host,
        "No capability grants what was asked.",
        EXCEPTION,
        "Add a pattern to `spec.capabilities`.",
    ),
    explained(
        "wrong-kind",
        Host,
        "The function works on another kind of value.",
        EXCEPTION,
        "Ask the record for its kind first, or select one type.",
    ),
    explained(
        "out-of-range",
        Host,
        "An index or id names no element.",
        EXCEPTION,
        "Ask for the size first.",
    ),
    explained(
        "not-text",
        Host,
        "The bytes are no UTF-8 text.",
        EXCEPTION,
        "Read them as bytes.",
    ),
    explained(
        "invalid-argument",
        Host,
        "An argument makes no sense.",
        EXCEPTION,
        "The message says what is accepted.",
    ),
    explained(
        "over-limit",
        Host,
        "What was asked for is over a limit.",
        EXCEPTION,
        "Ask for less, or raise the limit in `spec.limits`.",
    ),
    explained(
        "not-looked-up",
        Host,
        "The key was not asked for by `lookups`.",
        EXCEPTION,
        "Name the key in `lookups`.",
    ),
    explained(
        "keyspace",
        Host,
        "The keyspace did not answer a program.",
        "What the program had applied is applied.",
        "The run waits for the server or stops; resume it.",
    ),
];
