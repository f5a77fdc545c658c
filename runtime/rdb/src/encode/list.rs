//! Lists: in nodes that are as full as the server would fill them, element by element before that.

use bytes::Bytes;

use super::{blob, invalid, pack};
use crate::error::EncodeError;
use crate::kinds::{LIST, LIST_QUICKLIST, LIST_QUICKLIST_2};
use crate::length::{write_length, write_string};
use crate::listpack::ListpackWriter;
use crate::packed::{LARGEST, Pack};
use crate::target::{Target, Version};
use crate::ziplist::ZiplistWriter;

/// The first version with nodes.
const ZIPLISTS: Version = Version(7);
/// The first version whose nodes are listpacks.
const LISTPACKS: Version = Version(10);
/// The first version that keeps every element that overfills a node as it is.
const PLAIN_BY_LIMIT: Version = Version(11);
/// A node that is one element as it is.
const PLAIN: u8 = 1;
/// A node that is a listpack of elements.
const PACKED: u8 = 2;

/// Writes a list and returns its type byte.
pub(super) fn write(
    elements: &[Bytes],
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    if elements.is_empty() {
        return Err(invalid("an empty list"));
    }
    if target.version < ZIPLISTS {
        write_length(out, elements.len() as u64);
        for element in elements {
            write_string(out, element, target.compress);
        }
        return Ok(LIST);
    }
    // The number of nodes is known at the end; mostly it takes one byte.
    let start = out.len();
    out.push(0);
    let (nodes, type_id) = if target.version < LISTPACKS {
        (ziplists(elements, target, out)?, LIST_QUICKLIST)
    } else {
        (nodes(elements, target, out), LIST_QUICKLIST_2)
    };
    let mut count = Vec::with_capacity(9);
    write_length(&mut count, nodes);
    out.splice(start..=start, count);
    Ok(type_id)
}

/// Writes ziplists and returns how many.
fn ziplists(mut rest: &[Bytes], target: &Target, out: &mut Vec<u8>) -> Result<u64, EncodeError> {
    if rest.iter().any(|element| element.len() >= LARGEST) {
        return Err(invalid("an element of a gibibyte in a ziplist"));
    }
    let fill = Fill::of(target);
    let mut nodes = 0;
    while !rest.is_empty() {
        blob(out, target.compress, |out| {
            pack(out, |list: &mut ZiplistWriter<'_>| {
                rest = fill.node(rest, list, |length| {
                    let previous = if length < 254 { 1 } else { 5 };
                    previous + [1, 2, 5][usize::from(length >= 64) + usize::from(length >= 16384)]
                });
            });
        });
        nodes += 1;
    }
    Ok(nodes)
}

/// Writes listpacks and plain nodes, and returns how many.
fn nodes(mut rest: &[Bytes], target: &Target, out: &mut Vec<u8>) -> u64 {
    let fill = Fill::of(target);
    let mut nodes = 0;
    while let [first, others @ ..] = rest {
        if fill.is_plain(first) {
            out.push(PLAIN);
            write_string(out, first, target.compress);
            rest = others;
        } else {
            out.push(PACKED);
            blob(out, target.compress, |out| {
                pack(out, |list: &mut ListpackWriter<'_>| {
                    rest = fill.node(rest, list, |_| 8);
                });
            });
        }
        nodes += 1;
    }
    nodes
}

/// How full nodes get, from `list-max-listpack-size`.
#[derive(Debug, Clone, Copy)]
struct Fill {
    /// The most bytes in a node of more than one element.
    size: usize,
    /// The most elements in a node.
    count: usize,
    /// The length from which an element is a node of its own, as it is.
    plain: usize,
}

impl Fill {
    fn of(target: &Target) -> Self {
        /// Where a number of elements is the limit, this size is one too.
        const SAFE_SIZE: usize = 8192;
        let setting = target.thresholds.list_max_listpack_size;
        let (size, count) = match setting {
            0.. => (
                SAFE_SIZE,
                usize::try_from(setting).unwrap_or(usize::MAX).max(1),
            ),
            -1 => (4096, usize::MAX),
            -2 => (8192, usize::MAX),
            -3 => (16_384, usize::MAX),
            -4 => (32_768, usize::MAX),
            _ => (65_536, usize::MAX),
        };
        let plain = if target.version >= PLAIN_BY_LIMIT {
            size + 1
        } else {
            LARGEST
        };
        Self { size, count, plain }
    }

    fn is_plain(self, element: &[u8]) -> bool {
        element.len() >= self.plain
    }

    /// Fills a node from the front of `elements`, and returns what is left. `overhead` estimates what an
    /// element takes beside its text, as the server does.
    fn node<'e, 'o>(
        self,
        elements: &'e [Bytes],
        list: &mut impl Pack<'o>,
        overhead: impl Fn(usize) -> usize,
    ) -> &'e [Bytes] {
        let mut rest = elements;
        while let [element, others @ ..] = rest {
            let full = || {
                list.count() >= self.count
                    || list.size() + element.len() + overhead(element.len()) > self.size
            };
            if list.count() > 0 && (self.is_plain(element) || full()) {
                break;
            }
            list.push(element);
            rest = others;
        }
        rest
    }
}
