//! The change of the benchmark, a column at a time.

use remold_transform::{Batch, export};

export!(migrate);

fn migrate(items: &Batch) {
    let names = items.fields_text("name");
    let prices = items.fields_text("price");
    let mut first = vec![None; items.len()];
    let mut last = vec![None; items.len()];
    let mut price_cents = vec![None; items.len()];
    for (place, name) in names.iter().enumerate() {
        let Some(name) = name else {
            items.skip(place, "changed already");
            continue;
        };
        let price = prices[place].as_deref().unwrap_or_default();
        let (Some((front, back)), Some(cents)) = (name.split_once(' '), cents(price)) else {
            items.reject(place, "unexpected", "the name is one word, or the price is none");
            continue;
        };
        (first[place], last[place]) = (Some(front), Some(back));
        price_cents[place] = Some(cents.to_string());
    }
    items.set_fields("first", &first);
    items.set_fields("last", &last);
    items.set_fields("price_cents", &price_cents);
    for gone in ["name", "price", "legacy"] {
        items.remove_fields(gone);
    }
}

/// Reads `12.50` as 1250.
fn cents(price: &str) -> Option<u64> {
    let (whole, part) = price.split_once('.')?;
    (part.len() == 2).then_some(())?;
    Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?)
}
