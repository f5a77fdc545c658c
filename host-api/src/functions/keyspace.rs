//! What a program can reach.

use super::Type::{Data, Integer, Text, TextOrBytes, Unit};
use super::{Form, HostFunction, Interface, Parameter, Type, rows};

const KEYSPACE: &[HostFunction] = rows! { Keyspace:
    Function "scan" (pattern: TextOrBytes, kind: Type::Option(&Text)) -> Type::List(&TextOrBytes),
        [Scan] "Lists the keys that match a pattern, page by page in a `for` loop. A key that is no text comes as bytes.";
    Function "get" (key: TextOrBytes) -> Type::Option(&Type::Record),
        [Read] "Reads a key, nothing if there is none.";
    Function "get_many" (keys: Type::List(&TextOrBytes)) -> Type::List(&Type::Option(&Type::Record)),
        [Read] "Reads keys at once, in their order.";
    Function "apply" (records: Data) -> Data,
        [Write] "Writes the edits of a record or of a list of records, and returns what became of each: applied, unchanged, conflict (the key changed since it was read: get it again) or already (this run has migrated it before).";
    Function "progress" (done: Integer, total: Type::Option(&Integer)) -> Unit,
        "Tells the operator how far the program is.";
};

const BACKUP: &[HostFunction] = rows! { Backup:
    Function "backup" (name: Text) -> Text,
        [Backup] "Takes a backup and returns its name.";
};

pub(super) const FUNCTIONS: &[HostFunction] = &[
    KEYSPACE[0],
    KEYSPACE[1],
    KEYSPACE[2],
    KEYSPACE[3],
    KEYSPACE[4],
    BACKUP[0],
];
