//! How many keys are selected: they are listed and counted, and no value is read.
//!
//! It is no picture of one moment: keys come and go meanwhile. Each key counts once. Of a selection by type, a shard that cannot
//! list by type counts the others too.

use crate::done_set::DoneSet;
use crate::patiently;
use crate::port::{Fault, Keyspace, Scanner, Selection, StoreError};
use crate::progress::Control;
use crate::report::Observer;
use crate::spec::RunSpec;

/// How many keys were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Keys that are selected.
    pub keys: u64,
    /// Whether the keyspace was listed to its end.
    pub is_complete: bool,
}

/// Counts the keys that a run would look at, up to about `most` of them. `control` stops it, and tells how far it is.
pub fn count(
    spec: &RunSpec,
    keyspace: &dyn Keyspace,
    most: Option<u64>,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Counted, StoreError> {
    let mut counted = Counted {
        is_complete: true,
        ..Counted::default()
    };
    for shard in keyspace.shards() {
        let facts = shard.probe()?;
        let is_file = facts.product.ends_with("file");
        let selection = Selection {
            // What a server would have to look up for a size, and a file to copy for a value, is not asked for.
            max_bytes: if is_file { 0 } else { u64::MAX },
            ..spec.selection.clone()
        };
        let mut again = 0;
        let found = loop {
            let left = most.map(|most| most.saturating_sub(counted.keys));
            match one(spec, || shard.scan(&selection), left, control, observer) {
                // Another history: what was listed before may be gone.
                Err(error) if error.fault() == Some(Fault::HistoryChanged) && again < 3 => {
                    again += 1;
                }
                found => break found?,
            }
        };
        counted.keys += found.keys;
        counted.is_complete &= found.is_complete;
        if !counted.is_complete {
            break;
        }
    }
    Ok(counted)
}

fn one(
    spec: &RunSpec,
    scan: impl Fn() -> Result<Box<dyn Scanner>, StoreError>,
    most: Option<u64>,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Counted, StoreError> {
    let mut scanner = waiting(spec, control, observer, scan)?;
    let known = DoneSet::new(0);
    let mut keys = 0;
    loop {
        if control.is_stopped() || most.is_some_and(|most| keys >= most) {
            return Ok(Counted {
                keys,
                is_complete: false,
            });
        }
        let Some(page) = waiting(spec, control, observer, || scanner.next_page())? else {
            return Ok(Counted {
                keys,
                is_complete: true,
            });
        };
        let selected = page.iter().map(|candidate| &candidate.key);
        let selected = selected.filter(|key| spec.selects(key));
        let new = known.insert_all(selected.map(|key| &key[..]));
        let new = new.into_iter().filter(|is_new| *is_new).count() as u64;
        keys += new;
        control.count(|tally| tally.scanned += new);
        if let Some(fraction) = scanner.fraction() {
            control.set_fraction(fraction);
        }
    }
}

/// Tries again what a server does not answer, but for one whose data went back.
fn waiting<T>(
    spec: &RunSpec,
    control: &Control,
    observer: &dyn Observer,
    mut attempt: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let attempt = || match attempt() {
        Err(error) if error.fault() == Some(Fault::HistoryChanged) => Ok(Err(error)),
        result => result.map(Ok),
    };
    patiently(spec.policy.patience, control, observer, attempt)?
}
