//! Rejects a change that cannot be written, or not be taken back, where values are written by commands.

use crate::derive::{Planned, reject};
use crate::port::{Image, Write, WrittenAs};
use crate::record::Rejected;

/// Passes a plan on if everything that it writes, and everything that its undo would write, can be written exactly.
pub(crate) fn writable(
    written_as: WrittenAs,
    planned: Option<Planned>,
) -> Result<Option<Planned>, Rejected> {
    let Some(plan) = planned else {
        return Ok(None);
    };
    if written_as == WrittenAs::Payloads {
        return Ok(Some(plan));
    }
    let written = plan.writes.iter().filter_map(|write| match write {
        Write::Put { key, image } => Some((key, image)),
        _ => None,
    });
    let replaced = plan
        .group
        .iter()
        .filter_map(|image| Some((&image.key, image.before.as_ref()?)));
    for (key, image) in written.chain(replaced) {
        if let Some(why) = objection(written_as, image) {
            return Err(reject(
                key,
                "not-writable",
                format!("{why}, and RESTORE is not permitted"),
            ));
        }
    }
    Ok(Some(plan))
}

fn objection(written_as: WrittenAs, image: &Image) -> Option<&'static str> {
    match remold_rdb::decode(&image.payload) {
        Ok(decoded) => written_as.objection(&decoded.value),
        Err(_) => Some("a value that cannot be decoded cannot be written by commands"),
    }
}
