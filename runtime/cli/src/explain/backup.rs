//! Backups of whole servers, and the places that they are in.

use super::Area::Backup;
use super::{Explanation, explained};

const UNTOUCHED: &str = "Nothing was changed, neither on the server nor in the place.";
const NO_BACKUP: &str =
    "The server was only read. What was begun in the place has no manifest, and so is no backup.";

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    explained(
        "not-a-place",
        Backup,
        "The text names no place for backups.",
        UNTOUCHED,
        "Write a path, file:///path, or s3://bucket/prefix.",
    ),
    explained(
        "place-settings",
        Backup,
        "The settings or certificates for an object store cannot be used.",
        UNTOUCHED,
        "Mend the AWS_ variables that the message is about; AWS_CA_BUNDLE names a file of certificates in PEM.",
    ),
    explained(
        "no-bucket",
        Backup,
        "The object store has no such bucket.",
        UNTOUCHED,
        "Create it, or check its name and AWS_ENDPOINT_URL. Buckets are never created here.",
    ),
    explained(
        "place-denied",
        Backup,
        "The place does not permit it: wrong keys, a missing permission, a folder of somebody else.",
        NO_BACKUP,
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and what they permit, or the folder's permissions.",
    ),
    explained(
        "place-unreachable",
        Backup,
        "The object store did not answer, after a few attempts.",
        NO_BACKUP,
        "Check AWS_ENDPOINT_URL and the network, and give the command again. A plain http:// address needs \
         AWS_ALLOW_HTTP=true.",
    ),
    explained(
        "place-not-readable",
        Backup,
        "What is in the place cannot be read.",
        UNTOUCHED,
        "Check the disk or the store; the message has its own words.",
    ),
    explained(
        "place-not-writable",
        Backup,
        "The disk is full, read-only or broken, or the object store refuses.",
        NO_BACKUP,
        "Make room or mend the permissions, and give the command again.",
    ),
    explained(
        "backup-name",
        Backup,
        "No backup has such a name.",
        UNTOUCHED,
        "Use 1 to 120 of the characters A-Z a-z 0-9 . _ -, and no dot first.",
    ),
    explained(
        "backup-not-found",
        Backup,
        "There is no backup of that name in the place.",
        UNTOUCHED,
        "`remold backup list` shows those that are there; --store names another place.",
    ),
    explained(
        "backup-incomplete",
        Backup,
        "It was begun and has no manifest: it is being made, or was interrupted.",
        "Nothing of it can be taken for a backup.",
        "Give `remold backup create` with the same name again. `remold backup prune` removes what is left of it.",
    ),
    explained(
        "backup-taken",
        Backup,
        "A backup of that name is there, and is of another server or was made for another run.",
        "It stays as it is: a name stands for one backup for good.",
        "Choose another name.",
    ),
    explained(
        "backup-manifest",
        Backup,
        "The manifest of the backup cannot be read.",
        "Its data may be whole. It is not pruned.",
        "Restore the manifest from a copy, or use another backup.",
    ),
    explained(
        "backup-format",
        Backup,
        "The backup was made by a newer version of Remold.",
        "It stays as it is, and is not pruned.",
        "Use the version of Remold that made it, or a newer one.",
    ),
    explained(
        "backup-damaged",
        Backup,
        "The data is not what the manifest states: missing, of another size or SHA-256, or no whole RDB file.",
        "Nothing was loaded from it: a restore proves a backup before it touches the server.",
        "Use another backup, and look for what changes files in that place.",
    ),
    explained(
        "backup-is-journal",
        Backup,
        "The name is that of a run's journal, not of a backup.",
        UNTOUCHED,
        "`remold rollback RUN` undoes the run key by key, and keeps what was written since.",
    ),
    explained(
        "backup-stopped",
        Backup,
        "It was stopped by Ctrl-C or SIGTERM before its end.",
        "A backup that was begun is taken away. A server that was being restored has a mark that says so.",
        "Give the same command again: a backup is taken anew, a restore is begun anew over what it had loaded.",
    ),
    explained(
        "not-empty",
        Backup,
        "A backup was to be restored into a server that holds something.",
        "Nothing was changed.",
        "Restore into an empty server, or give --replace, which removes everything first: what was written since the backup \
         is lost.",
    ),
];
