//! `rec.sorted_set`: members with scores, lowest score first and equal scores by the member's bytes,
//! as `ZRANGE` lists them.

use remold_host_api::{Bytes, Scored, edit};
use rhai::{Array, Dynamic, Engine};
use rust_decimal::prelude::ToPrimitive;

use super::SortedSetPart;
use super::set::member_text;
use super::value::{ITEM, count};
use crate::bytes::to_bytes;
use crate::fault::{invalid, refuse};
use crate::meter::Fallible;

/// Reads a score: a float, an integer or a decimal that a double holds exactly.
pub(super) fn score_from_script(value: &Dynamic) -> Fallible<f64> {
    let problem = || {
        invalid(
            "score",
            format!("a number is needed, this is a {}", value.type_name()),
        )
    };
    let score = if let Ok(float) = value.as_float() {
        float
    } else if let Ok(integer) = value.as_int() {
        exact_double(integer).ok_or_else(|| {
            invalid(
                "score",
                format!("{integer} does not fit a double exactly; give a float"),
            )
        })?
    } else {
        value
            .as_decimal()
            .ok()
            .and_then(|decimal| decimal.to_f64())
            .ok_or_else(problem)?
    };
    edit::sorted_set::check_score(score).map_err(refuse)?;
    Ok(score)
}

fn exact_double(integer: i64) -> Option<f64> {
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    let sign = if integer < 0 { -1.0 } else { 1.0 };
    let (high, low) = (
        integer.unsigned_abs() >> 32,
        integer.unsigned_abs() & 0xFFFF_FFFF,
    );
    let part = |half: u64| u32::try_from(half).ok().map(f64::from);
    let magnitude = part(high)? * 4_294_967_296.0 + part(low)?;
    (integer.unsigned_abs() <= EXACT).then_some(sign * magnitude)
}

fn score(part: &mut SortedSetPart, member: Dynamic) -> Fallible<Dynamic> {
    let member = to_bytes(&member, "sorted_set.score")?;
    part.read(|members| {
        let scored = members.get(&member);
        Ok(scored.map_or(Dynamic::UNIT, |scored| Dynamic::from_float(scored.score)))
    })
}

fn contains(part: &mut SortedSetPart, member: Dynamic) -> Fallible<bool> {
    let member = to_bytes(&member, "sorted_set.contains")?;
    part.read(|members| Ok(members.contains(&member)))
}

fn add(part: &mut SortedSetPart, member: Dynamic, score: Dynamic) -> Fallible<()> {
    let member = to_bytes(&member, "sorted_set.add")?;
    let score = score_from_script(&score)?;
    let same = |scored: &Scored| scored.score.to_bits() == score.to_bits();
    if part.read(|members| Ok(members.get(&member).is_some_and(same)))? {
        return Ok(());
    }
    part.0.charge_output(member.len() + ITEM)?;
    part.0
        .make(|record| edit::sorted_set::add(record, member, score))
}

fn remove(part: &mut SortedSetPart, member: Dynamic) -> Fallible<()> {
    let member = to_bytes(&member, "sorted_set.remove")?;
    if !part.read(|members| Ok(members.contains(&member)))? {
        return Ok(());
    }
    part.0
        .make(|record| edit::sorted_set::remove(record, &member))
}

fn rename(part: &mut SortedSetPart, from: Dynamic, to: Dynamic) -> Fallible<()> {
    let from = to_bytes(&from, "sorted_set.rename")?;
    let to = to_bytes(&to, "sorted_set.rename")?;
    if !part.read(|members| Ok(members.contains(&from)))? || from == to {
        return Ok(());
    }
    part.0.charge_output(to.len())?;
    part.0
        .make(|record| edit::sorted_set::rename(record, &from, to))
}

fn in_order(part: &SortedSetPart) -> Fallible<Vec<(Bytes, f64)>> {
    part.read(|members| part.0.charge_input(members.len() * 2 * ITEM))?;
    part.0.read(|record| {
        let members = edit::sorted_set::in_order(record).map_err(refuse)?;
        let copied = |scored: &&Scored| (scored.member.clone(), scored.score);
        Ok(members.iter().map(copied).collect())
    })
}

fn members(part: &mut SortedSetPart) -> Fallible<Array> {
    let mut array = Array::new();
    for (member, _) in in_order(part)? {
        part.0.charge_input(member.len())?;
        array.push(member_text(&member)?);
    }
    Ok(array)
}

fn entries(part: &mut SortedSetPart) -> Fallible<Array> {
    let mut array = Array::new();
    for (member, score) in in_order(part)? {
        part.0.charge_input(member.len() + ITEM)?;
        array.push(vec![member_text(&member)?, Dynamic::from_float(score)].into());
    }
    Ok(array)
}

/// Registers `rec.sorted_set` and its methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("score", score)
        .register_fn("contains", contains)
        .register_fn("add", add)
        .register_fn("remove", remove)
        .register_fn("rename", rename)
        .register_fn("members", members)
        .register_fn("entries", entries)
        .register_fn("len", |part: &mut SortedSetPart| {
            part.read(|members| Ok(count(members.len())))
        })
        .register_fn("clear", |part: &mut SortedSetPart| {
            part.0.make(edit::sorted_set::clear)
        });
}
