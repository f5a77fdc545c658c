//! What reading and writing streams share.

/// An entry's flag: it was deleted, and stays until its node is rewritten.
pub(crate) const DELETED: i64 = 1;
/// An entry's flag: its field names are the master's and are left out.
pub(crate) const SAME_FIELDS: i64 = 2;
/// The counter of a group's reads when the server does not know it: -1.
pub(crate) const UNKNOWN_READS: u64 = u64::MAX;
/// The time of a consumer that never read: -1.
pub(crate) const NEVER: u64 = u64::MAX;
