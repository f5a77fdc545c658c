//! Servers and target files, serialised values.

use super::Area::{Payload, Server};
use super::{Explanation, explained};

const RECOVERED: &str = "The run finds out which batches were applied, and does the others again.";
const UNREAD: &str = "What cannot be read is never guessed: the key, or the file, stays as it was.";

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    explained(
        "connection-lost",
        Server,
        "The connection is gone, or an answer never came.",
        RECOVERED,
        "Nothing while the run waits. If it cannot connect at all, look at the address and the network.",
    ),
    explained(
        "server-unavailable",
        Server,
        "The server will answer later: it starts, loads, fails over, or is out of memory.",
        RECOVERED,
        "Nothing while it is waited for, before the first write and in the middle; the reason is shown, and Ctrl-C ends it. \
         A command that could not begin says so: give it again later.",
    ),
    explained(
        "history-changed",
        Server,
        "The server restarted, was replaced or was flushed: its data is not what the run worked on.",
        RECOVERED,
        "Nothing: the run scans again from the start.",
    ),
    explained(
        "server-refused",
        Server,
        "The server refuses for good: permission, authentication, an unknown command, a certificate.",
        "Nothing is written that was refused.",
        "Follow the hint; it names the missing permission where there is one.",
    ),
    explained(
        "fenced",
        Server,
        "Another worker raised the epoch: this one is stale.",
        "The server refuses this worker's batches.",
        "Nothing: the other worker goes on.",
    ),
    explained(
        "partially-applied",
        Server,
        "The server took a batch and refused commands of it, which its transactions do not undo.",
        "The journal holds what every key of the batch was; what was refused is in quarantine.",
        "Mend what the server complains of, then `remold resume`, and `remold resume --retry-rejected` for the quarantine; or roll back.",
    ),
    explained(
        "corrupt-data",
        Server,
        "A file or a value is not what it claims to be.",
        UNREAD,
        "Look at the place that is named: a file may have been cut off while it was copied.",
    ),
    explained(
        "rdb-truncated",
        Payload,
        "The bytes end too early.",
        UNREAD,
        "Copy the file again, whole.",
    ),
    explained(
        "rdb-claim",
        Payload,
        "A length claims more than there is.",
        UNREAD,
        "The file or value is damaged: take another copy.",
    ),
    explained(
        "rdb-unexpected",
        Payload,
        "A byte stands where it cannot.",
        UNREAD,
        "The file or value is damaged: take another copy.",
    ),
    explained(
        "rdb-malformed",
        Payload,
        "A part is not in its form.",
        UNREAD,
        "The file or value is damaged: take another copy.",
    ),
    explained(
        "rdb-unknown-type",
        Payload,
        "The type of a value is not known to this version.",
        UNREAD,
        "Leave such keys out with `spec.select.exclude`, or use a newer Remold.",
    ),
    explained(
        "rdb-unknown-version",
        Payload,
        "The format's version is not known to this version.",
        UNREAD,
        "Use a newer Remold.",
    ),
    explained(
        "rdb-duplicate",
        Payload,
        "A set, sorted set or hash holds an element twice.",
        UNREAD,
        "The value is damaged; write it anew by its application.",
    ),
    explained(
        "rdb-trailing",
        Payload,
        "Bytes follow behind the end of a value.",
        UNREAD,
        "The value is damaged: take another copy.",
    ),
    explained(
        "rdb-checksum",
        Payload,
        "The checksum is wrong.",
        UNREAD,
        "Copy the file again.",
    ),
    explained(
        "rdb-unsupported",
        Payload,
        "The format of the target has no place for what the value holds.",
        UNREAD,
        "Mend the transform, or use a newer server.",
    ),
    explained(
        "rdb-invalid",
        Payload,
        "The value is none that Redis can hold.",
        UNREAD,
        "Mend the transform.",
    ),
    explained(
        "rdb-read",
        Payload,
        "The file could not be read.",
        UNREAD,
        "Look at the path and its permissions.",
    ),
    explained(
        "rdb-write",
        Payload,
        "The file could not be written.",
        "A file is there whole or not at all.",
        "Make room on the disk.",
    ),
    explained(
        "rdb-not-a-file",
        Payload,
        "The file does not begin as an RDB file does.",
        UNREAD,
        "Give the path of an RDB file (dump.rdb).",
    ),
    explained(
        "rdb-unknown-opcode",
        Payload,
        "A part of the file is not known to this version.",
        UNREAD,
        "Use a newer Remold.",
    ),
    explained(
        "rdb-type-not-in-version",
        Payload,
        "A value has a type that files of this version do not have.",
        UNREAD,
        "Export with values of one server's version.",
    ),
    explained(
        "rdb-version-mismatch",
        Payload,
        "A value is of a newer version than the file.",
        UNREAD,
        "Use a file of the server that the values are for.",
    ),
    explained(
        "rdb-not-portable",
        Payload,
        "A value of a module cannot be carried into this file.",
        UNREAD,
        "Restore such keys by `remold rollback` on the server itself.",
    ),
];
