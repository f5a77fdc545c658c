//! `rec.set`: members without order.

use remold_host_api::{Bytes, edit};
use rhai::{Array, Dynamic, Engine};

use super::SetPart;
use super::value::{ITEM, count};
use crate::bytes::{shown, text_value, to_bytes};
use crate::meter::Fallible;

fn contains(part: &mut SetPart, member: Dynamic) -> Fallible<bool> {
    let member = to_bytes(&member, "set.contains")?;
    part.read(|members| Ok(members.contains(&member)))
}

fn add(part: &mut SetPart, member: Dynamic) -> Fallible<()> {
    let member = to_bytes(&member, "set.add")?;
    if part.read(|members| Ok(members.contains(&member)))? {
        return Ok(());
    }
    part.0.charge_output(member.len() + ITEM)?;
    part.0.make(|record| edit::set::add(record, member))
}

fn remove(part: &mut SetPart, member: Dynamic) -> Fallible<()> {
    let member = to_bytes(&member, "set.remove")?;
    if !part.read(|members| Ok(members.contains(&member)))? {
        return Ok(());
    }
    part.0.make(|record| edit::set::remove(record, &member))
}

fn rename(part: &mut SetPart, from: Dynamic, to: Dynamic) -> Fallible<()> {
    let from = to_bytes(&from, "set.rename")?;
    let to = to_bytes(&to, "set.rename")?;
    if !part.read(|members| Ok(members.contains(&from)))? {
        return Ok(());
    }
    part.0.charge_output(to.len())?;
    part.0.make(|record| edit::set::rename(record, &from, to))
}

pub(super) fn member_text(member: &Bytes) -> Fallible<Dynamic> {
    text_value(member, || format!("the member {}", shown(member)))
}

fn members(part: &mut SetPart) -> Fallible<Array> {
    part.read(|members| {
        let mut array = Array::new();
        for member in members {
            part.0.charge_input(member.len() + ITEM)?;
            array.push(member_text(member)?);
        }
        Ok(array)
    })
}

/// Registers `rec.set` and its methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("contains", contains)
        .register_fn("add", add)
        .register_fn("remove", remove)
        .register_fn("rename", rename)
        .register_fn("members", members)
        .register_fn("len", |part: &mut SetPart| {
            part.read(|members| Ok(count(members.len())))
        })
        .register_fn("clear", |part: &mut SetPart| part.0.make(edit::set::clear));
    engine.register_iterator_result::<SetPart, Dynamic>();
}

/// `for member in rec.set`: over the members as they were when the loop began.
pub(crate) struct Members {
    part: SetPart,
    members: std::vec::IntoIter<Bytes>,
}

impl Iterator for Members {
    type Item = Fallible<Dynamic>;

    fn next(&mut self) -> Option<Self::Item> {
        let member = self.members.next()?;
        let charged = self.part.0.charge_input(member.len());
        Some(charged.and_then(|()| member_text(&member)))
    }
}

impl IntoIterator for SetPart {
    type Item = Fallible<Dynamic>;
    type IntoIter = Members;

    fn into_iter(self) -> Members {
        let members = self.read(|members| Ok(members.as_slice().to_vec()));
        Members {
            part: self,
            members: members.unwrap_or_default().into_iter(),
        }
    }
}
