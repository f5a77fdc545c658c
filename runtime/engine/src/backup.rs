//! Backups that a program asks for in the middle of its run, by whoever has a place for them. Not what such a backup is.

use std::sync::Arc;

use crate::progress::Control;

/// Takes a backup of the keyspace's server by a name that belongs to the run, and returns what it is called, or why there is
/// none. Asked again for the same name it answers with the same backup. The control says when it has to be given up.
pub type BackupTaker = Arc<dyn Fn(&str, &Control) -> Result<String, String> + Send + Sync>;
