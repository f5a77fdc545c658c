//! The change of the benchmark, a record at a time.

use remold_transform::{Record, Result, export, reject, skip};

export!(migrate);

fn migrate(record: &Record) -> Result {
    let item = record.hash();
    let Some(name) = item.get_text("name")? else {
        return skip("changed already");
    };
    let price = item.get_text("price")?.unwrap_or_default();
    let Some((first, last)) = name.split_once(' ') else {
        return reject("unexpected", "the name is one word");
    };
    let Some(cents) = cents(&price) else {
        return reject("unexpected", "the price is none");
    };
    item.set("first", first)?;
    item.set("last", last)?;
    item.set("price_cents", cents.to_string())?;
    item.remove("name")?;
    item.remove("price")?;
    item.remove("legacy")?;
    Ok(())
}

/// Reads `12.50` as 1250.
fn cents(price: &str) -> Option<u64> {
    let (whole, part) = price.split_once('.')?;
    (part.len() == 2).then_some(())?;
    Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?)
}
