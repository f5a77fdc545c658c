//! The nodes of a stream.

use remold_host_api::StreamEntry;

use super::super::{blob, invalid};
use super::write_raw_id;
use crate::error::EncodeError;
use crate::listpack::ListpackWriter;
use crate::packed::{LARGEST, Pack};
use crate::streams::SAME_FIELDS;
use crate::target::Target;

/// The size of a raw id.
const RAW_ID: u8 = 16;
/// The size of the element of a small number with its length.
const SMALL_NUMBER: usize = 2;

/// What a name and a value take at the most beside their texts.
const OVERHEAD: usize = 22;

/// Writes the entries in nodes, and returns how many.
pub(super) fn write(
    mut rest: &[StreamEntry],
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u64, EncodeError> {
    let limits = Limits::of(target);
    let size = |entry: &StreamEntry| weight(entry) + OVERHEAD * entry.fields.len();
    if rest.iter().any(|entry| size(entry) >= LARGEST) {
        return Err(invalid("a stream's entry of a gibibyte"));
    }
    let mut nodes = 0;
    while let [master, others @ ..] = rest {
        out.push(RAW_ID);
        write_raw_id(out, master.id);
        blob(out, target.compress, |out| {
            rest = node(master, others, limits, out);
        });
        nodes += 1;
    }
    Ok(nodes)
}

/// Fills a node with `master` and what fits of the entries behind it; returns what is left.
fn node<'e>(
    master: &StreamEntry,
    others: &'e [StreamEntry],
    limits: Limits,
    out: &mut Vec<u8>,
) -> &'e [StreamEntry] {
    let mut list = ListpackWriter::begin(out);
    let count_at = list.position();
    list.push_number(1);
    list.push_number(0);
    list.push_number(whole(master.fields.len()));
    for (name, _) in &master.fields {
        list.push(name);
    }
    list.push_number(0);
    entry(&mut list, master, master);
    let mut taken = 0;
    while let Some(next) = others.get(taken) {
        if limits.are_met(&list, weight(next), taken + 1) {
            break;
        }
        entry(&mut list, next, master);
        taken += 1;
    }
    list.replace_number(count_at, SMALL_NUMBER, whole(taken + 1));
    list.finish();
    &others[taken..]
}

fn entry(list: &mut ListpackWriter<'_>, entry: &StreamEntry, master: &StreamEntry) {
    let same = entry.fields.len() == master.fields.len()
        && entry
            .fields
            .iter()
            .zip(&master.fields)
            .all(|((a, _), (b, _))| a == b);
    list.push_number(if same { SAME_FIELDS } else { 0 });
    list.push_number(entry.id.ms.wrapping_sub(master.id.ms).cast_signed());
    list.push_number(entry.id.seq.wrapping_sub(master.id.seq).cast_signed());
    let count = entry.fields.len();
    if same {
        for (_, value) in &entry.fields {
            list.push(value);
        }
        list.push_number(whole(count + 3));
    } else {
        list.push_number(whole(count));
        for (name, value) in &entry.fields {
            list.push(name);
            list.push(value);
        }
        list.push_number(whole(2 * count + 4));
    }
}

fn weight(entry: &StreamEntry) -> usize {
    let texts = entry
        .fields
        .iter()
        .map(|(name, value)| name.len() + value.len());
    texts.sum()
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).expect("what is in memory is counted in 63 bits")
}

/// How full nodes get.
#[derive(Debug, Clone, Copy)]
struct Limits {
    size: usize,
    entries: usize,
}

impl Limits {
    fn of(target: &Target) -> Self {
        let thresholds = &target.thresholds;
        let size = match thresholds.stream_node_max_bytes {
            0 => LARGEST,
            size => size.min(LARGEST),
        };
        let entries = match thresholds.stream_node_max_entries {
            0 => usize::MAX,
            entries => entries,
        };
        Self { size, entries }
    }

    /// Says whether a node of so many entries is full for one more of this weight.
    fn are_met(self, list: &ListpackWriter<'_>, weight: usize, entries: usize) -> bool {
        list.size() + weight >= self.size || entries >= self.entries
    }
}
