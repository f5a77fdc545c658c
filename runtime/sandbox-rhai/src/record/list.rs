//! `rec.list`: items by position; a negative position counts from the end.

use remold_host_api::edit::list::{out_of_range, position};
use remold_host_api::{Bytes, edit};
use rhai::{Array, Dynamic, Engine};

use super::ListPart;
use super::value::{ITEM, count};
use crate::bytes::{blob_value, text_value, to_bytes};
use crate::fault::refuse;
use crate::meter::Fallible;

fn item_text(item: &Bytes, index: usize) -> Fallible<Dynamic> {
    text_value(item, || format!("the item {index}"))
}

fn get(part: &mut ListPart, index: i64) -> Fallible<Dynamic> {
    part.read(|items| {
        let index = position(index, items.len()).map_err(refuse)?;
        part.0.charge_input(items[index].len())?;
        item_text(&items[index], index)
    })
}

fn get_bytes(part: &mut ListPart, index: i64) -> Fallible<Dynamic> {
    part.read(|items| {
        let index = position(index, items.len()).map_err(refuse)?;
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
    part.0.make(|record| edit::list::set(record, index, item))
}

fn push(part: &mut ListPart, value: Dynamic) -> Fallible<()> {
    let item = output(part, &value, "list.push")?;
    part.0.make(|record| edit::list::push(record, item))
}

fn insert(part: &mut ListPart, index: i64, value: Dynamic) -> Fallible<()> {
    let item = output(part, &value, "list.insert")?;
    part.read(|items| {
        let size = items.len();
        // Moving the items behind costs time in proportion to them.
        part.0
            .session()
            .meter
            .work(size * size_of::<Bytes>() / 16)?;
        // Unlike elsewhere an index does not count from the end.
        let is_place = usize::try_from(index).is_ok_and(|index| index <= size);
        if is_place {
            return Ok(());
        }
        Err(refuse(out_of_range(index, size)))
    })?;
    part.0
        .make(|record| edit::list::insert(record, index, item))
}

fn remove(part: &mut ListPart, index: i64) -> Fallible<()> {
    part.read(|items| {
        part.0
            .session()
            .meter
            .work(items.len() * size_of::<Bytes>() / 16)
    })?;
    part.0.make(|record| edit::list::remove(record, index))
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
            part.0.make(edit::list::clear)
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
