//! Hashes: packed if small, field by field otherwise, with the expiry of fields where there is any.

use remold_host_api::HashField;

use super::{Bounds, Compact, blob, invalid, pack, unsupported};
use crate::error::EncodeError;
use crate::kinds::{HASH, HASH_2, HASH_LISTPACK, HASH_LISTPACK_EX, HASH_METADATA, HASH_ZIPLIST};
use crate::length::{write_length, write_string};
use crate::listpack::ListpackWriter;
use crate::packed::Pack;
use crate::target::{Family, Target};
use crate::ziplist::ZiplistWriter;

/// Redis takes no later expiry of a field.
const LATEST_EXPIRY: u64 = 0xffff_ffff_ffff;

/// Writes a hash and returns its type byte.
#[inline]
pub(super) fn write(
    fields: &[HashField],
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    if fields.is_empty() {
        return Err(invalid("an empty hash"));
    }
    if let Some(earliest) = fields.iter().filter_map(|field| field.expires_at).min() {
        return expiring(fields, earliest, target, out);
    }
    let compact = if fit(fields, target) {
        Compact::of(target.version)
    } else {
        Compact::None
    };
    Ok(match compact {
        Compact::Listpack => {
            blob(out, target.compress, |out| {
                pack(out, |list: &mut ListpackWriter<'_>| fill(fields, list));
            });
            HASH_LISTPACK
        }
        Compact::Ziplist => {
            blob(out, target.compress, |out| {
                pack(out, |list: &mut ZiplistWriter<'_>| fill(fields, list));
            });
            HASH_ZIPLIST
        }
        Compact::None => {
            write_length(out, fields.len() as u64);
            for field in fields {
                pair(field, target, out);
            }
            HASH
        }
    })
}

/// Says whether the hash is small enough for the compact form.
#[inline]
fn fit(fields: &[HashField], target: &Target) -> bool {
    let bounds = Bounds {
        entries: target.thresholds.hash_max_listpack_entries,
        value: target.thresholds.hash_max_listpack_value,
    };
    let texts = fields
        .iter()
        .flat_map(|field| [field.name.as_ref(), field.value.as_ref()]);
    bounds.hold(fields.len(), texts)
}

#[inline]
fn fill<'o>(fields: &[HashField], list: &mut impl Pack<'o>) {
    for field in fields {
        list.push(&field.name);
        list.push(&field.value);
    }
}

fn pair(field: &HashField, target: &Target, out: &mut Vec<u8>) {
    write_string(out, &field.name, target.compress);
    write_string(out, &field.value, target.compress);
}

/// Writes a hash of which a field expires.
fn expiring(
    fields: &[HashField],
    earliest: u64,
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    match (target.version.family(), target.version.0) {
        (Family::Valkey, _) => {
            write_length(out, fields.len() as u64);
            for field in fields {
                pair(field, target, out);
                let at = field.expires_at.map_or(Ok(-1), i64::try_from);
                let at = at.map_err(|_| invalid("a field's expiry beyond 63 bits"))?;
                out.extend(at.to_le_bytes());
            }
            return Ok(HASH_2);
        }
        (Family::Redis, 12..) => {}
        (Family::Redis, _) => return Err(unsupported("the expiry of a hash's field", target)),
    }
    if fields.iter().any(|field| field.expires_at == Some(0)) {
        return Err(invalid("a field's expiry of 0"));
    }
    if fields
        .iter()
        .any(|field| field.expires_at > Some(LATEST_EXPIRY))
    {
        return Err(invalid("a field's expiry beyond 48 bits"));
    }
    out.extend(earliest.to_le_bytes());
    if fit(fields, target) {
        // The server looks for expired fields from the front until one is not.
        let mut ordered: Vec<&HashField> = fields.iter().collect();
        ordered.sort_by_key(|field| field.expires_at.unwrap_or(u64::MAX));
        blob(out, target.compress, |out| {
            pack(out, |list: &mut ListpackWriter<'_>| {
                for field in ordered {
                    list.push(&field.name);
                    list.push(&field.value);
                    let at = field.expires_at.unwrap_or_default();
                    list.push_number(i64::try_from(at).expect("it has up to 48 bits"));
                }
            });
        });
        return Ok(HASH_LISTPACK_EX);
    }
    write_length(out, fields.len() as u64);
    for field in fields {
        write_length(out, field.expires_at.map_or(0, |at| at - earliest + 1));
        pair(field, target, out);
    }
    Ok(HASH_METADATA)
}
