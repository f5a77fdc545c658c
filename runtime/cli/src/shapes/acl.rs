//! A user with the least rights, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A user with the least rights for a migration.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AclShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// The user.
    pub(crate) user: String,
    /// The patterns of keys, as `ACL SETUSER` takes them.
    pub(crate) keys: Vec<String>,
    /// The commands, without the `+` before each.
    pub(crate) commands: Vec<String>,
    /// What the rights cannot say, so that they allow more than the migration does.
    pub(crate) notes: Vec<String>,
    /// The command for the server, with `PASSWORD` in the place of the password.
    pub(crate) command: String,
}
