//! `rec.list`: items by position; a negative position counts from the end.

use remold_host_api::Bytes;
use rhai::{Array, Dynamic, Engine};

use super::value::{ITEM, count};
use super::{ListPart, out_of_range, position};
use crate::bytes::{blob_value, text_value, to_bytes};
use crate::meter::Fallible;

const WHAT: &str = "item";

fn item_text(item: &Bytes, index: usize) -> Fallible<Dynamic> {
    text_value(item, || format!("the item {index}"))
}

fn get(part: &mut ListPart, index: i64) -> Fallible<Dynamic> {
    part.read(|items| {
        let index = position(WHAT, index, items.len())?;
        part.0.charge_input(items[index].len())?;
        item_text(&items[index], index)
    })
}

fn get_bytes(part: &mut ListPart, index: i64) -> Fallible<Dynamic> {
    part.read(|items| {
        let index = position(WHAT, index, items.len())?;
        part.0.charge_input(items[index].len())?;
        Ok(blob_value(&items[index]))
    })
}

fn output(part: &ListPart, value: &Dynamic, what: &str) -> Fallible<Bytes> {
    let item = to_bytes(value, what)?;
    part.0.charge_output(item.len() + ITEM)?;
    Ok(item)
}

fn set(part: &mut ListPart, index: i64, value: Dynamic) -> Fallible<()> {
    let item = output(part, &value, "list.set")?;
    let index = part.read(|items| position(WHAT, index, items.len()))?;
    part.edit(|items| {
        items[index] = item;
        Ok(())
    })
}

fn push(part: &mut ListPart, value: Dynamic) -> Fallible<()> {
    let item = output(part, &value, "list.push")?;
    part.edit(|items| {
        items.push(item);
        Ok(())
    })
}

fn insert(part: &mut ListPart, index: i64, value: Dynamic) -> Fallible<()> {
    let item = output(part, &value, "list.insert")?;
    let index = part.read(|items| {
        let size = items.len();
        // Moving the items behind costs time in proportion to them.
        part.0
            .session()
            .meter
            .work(size * size_of::<Bytes>() / 16)?;
        usize::try_from(index)
            .ok()
            .filter(|index| *index <= size)
            .ok_or_else(|| out_of_range(WHAT, index, size))
    })?;
    part.edit(|items| {
        items.insert(index, item);
        Ok(())
    })
}

fn remove(part: &mut ListPart, index: i64) -> Fallible<()> {
    let index = part.read(|items| {
        part.0
            .session()
            .meter
            .work(items.len() * size_of::<Bytes>() / 16)?;
        position(WHAT, index, items.len())
    })?;
    part.edit(|items| {
        items.remove(index);
        Ok(())
    })
}

fn items(part: &mut ListPart) -> Fallible<Array> {
    part.read(|items| {
        let mut array = Array::new();
        for (index, item) in items.iter().enumerate() {
            part.0.charge_input(item.len() + ITEM)?;
            array.push(item_text(item, index)?);
        }
        Ok(array)
    })
}

/// Registers `rec.list` and its methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("get", get)
        .register_fn("get_bytes", get_bytes)
        .register_fn("set", set)
        .register_fn("push", push)
        .register_fn("push_front", |part: &mut ListPart, value: Dynamic| {
            insert(part, 0, value)
        })
        .register_fn("insert", insert)
        .register_fn("remove", remove)
        .register_fn("len", |part: &mut ListPart| {
            part.read(|items| Ok(count(items.len())))
        })
        .register_fn("items", items)
        .register_fn("clear", |part: &mut ListPart| {
            part.edit(|items| {
                items.clear();
                Ok(())
            })
        })
        .register_indexer_get(get)
        .register_indexer_set(set);
    engine.register_iterator_result::<ListPart, Dynamic>();
}

/// `for item in rec.list`: sees edits that the loop itself makes behind the current item.
pub(crate) struct Items {
    part: ListPart,
    next: usize,
}

impl Iterator for Items {
    type Item = Fallible<Dynamic>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        self.next += 1;
        let item = self.part.read(|items| Ok(items.get(index).cloned()));
        item.transpose().map(|item| {
            let item = item?;
            self.part.0.charge_input(item.len())?;
            item_text(&item, index)
        })
    }
}

impl IntoIterator for ListPart {
    type Item = Fallible<Dynamic>;
    type IntoIter = Items;

    fn into_iter(self) -> Items {
        Items {
            part: self,
            next: 0,
        }
    }
}
