//! What a program can reach.

use super::Type::{Data, Integer, Text, TextOrBytes, Unit};
use super::{Form, HostFunction, Interface, Parameter, Type, rows};

const KEYSPACE: &[HostFunction] = rows! { Keyspace:
    Function "scan" (pattern: TextOrBytes, kind: Type::Option(&Text)) -> Type::List(&TextOrBytes),
        [Scan] "Lists the keys that match a pattern, page by page in a `for` loop. A key that is no text comes as bytes."
        => "keyspace.scan";
    Function "get" (key: TextOrBytes) -> Type::Option(&Type::Record),
        [Read] "Reads a key, nothing if there is none.";
    Function "get_many" (keys: Type::List(&TextOrBytes)) -> Type::List(&Type::Option(&Type::Record)),
        [Read] "Reads keys at once, in their order."
        => "keyspace.get";
    Function "apply" (records: Data) -> Data,
        [Write] "Writes the edits of a record or of a list of records, and returns what became of each: applied, unchanged, conflict (the key, or another one that the record names and the program had read, changed since: get them again) or already (this run has migrated it before)."
        => "keyspace.apply";
    Function "progress" (done: Integer, total: Type::Option(&Integer)) -> Unit,
        "Tells the operator how far the program is."
        => "keyspace.progress";
    Absent "keyspace.release" (records: Data) -> Unit,
        "Lets records go that are not applied. A script lets them go by itself."
        => "keyspace.release";
    Absent "keyspace.fail" (error: Data) -> Unit,
        "Says that the program ended with an error that it did not handle. A script throws."
        => "keyspace.fail";
    Function "checkpoint" (state: Data) -> Unit,
        "Remembers how far the program is, for a run that is resumed: everything that was applied before counts as done."
        => "keyspace.checkpoint";
    Function "resumed_from" () -> Data,
        "Returns the last checkpoint of the run that is resumed, nothing if there is none."
        => "keyspace.resumed-from";
};

const BACKUP: &[HostFunction] = rows! { Backup:
    Function "backup" (name: Text) -> Text,
        [Backup] "Takes a backup and returns its name."
        => "backup.create";
};

pub(super) const FUNCTIONS: &[HostFunction] = &[
    KEYSPACE[0],
    KEYSPACE[1],
    KEYSPACE[2],
    KEYSPACE[3],
    KEYSPACE[4],
    KEYSPACE[5],
    KEYSPACE[6],
    KEYSPACE[7],
    KEYSPACE[8],
    BACKUP[0],
];
