//! Backups, for programs. Needs the capability `backup`.

use crate::host::backup;
use crate::refusal::Refusal;

/// Takes a backup and returns its name.
pub fn create(name: impl AsRef<str>) -> Result<String, Refusal> {
    backup::create(name.as_ref())
}
