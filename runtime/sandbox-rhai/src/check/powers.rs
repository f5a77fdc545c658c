//! What a script calls although it cannot have it: known from its kind and from the grant, without running it.

use std::collections::BTreeMap;

use remold_host_api::functions::{HOST_FUNCTIONS, HostFunction};
use remold_host_api::{Capabilities, Capability, Exports};

/// Host functions that a script must not call, by their names, with the reason and what helps.
pub(crate) type Withheld = BTreeMap<&'static str, (String, String)>;

/// Finds what is withheld from a script: programs' functions from a record transform, backups from a program to
/// which none were granted. Which keys are named is known only when it runs.
pub(crate) fn withheld(exports: Exports, granted: &Capabilities) -> Withheld {
    let reason = |function: &HostFunction| {
        if function.interface.is_of_programs() && !exports.run {
            return Some((
                format!("`{}` is for programs, and this is a record transform", function.name),
                "write `fn run()` instead of `fn migrate(rec)`; a record transform reads the keys that its \
                 `lookups` names"
                    .to_owned(),
            ));
        }
        if function.capability != Some(Capability::Backup) || granted.allow(Capability::Backup, b"")
        {
            return None;
        }
        Some(if granted.asked.backup {
            (
                format!("the operator does not grant `{}`", function.name),
                "--grant backup would".to_owned(),
            )
        } else {
            (
                format!("no capability grants `{}`", function.name),
                "ask for it in spec.capabilities.backup".to_owned(),
            )
        })
    };
    let refused = |function: &HostFunction| Some((function.name, reason(function)?));
    HOST_FUNCTIONS.iter().filter_map(refused).collect()
}
