//! "19.99" becomes 1999, a column at a time: whole numbers all the way, for 19.99 * 100 in floats is 1998.9999999999998.

// The same amounts as where a record is looked at a time.
#[path = "../../money-to-minor/src/money.rs"]
mod money;

use remold_transform::{Batch, Result, context, export};

export!(migrate, revert);

fn migrate(products: &Batch) -> Result {
    let digits = context::parameter("digits")?;
    let done = products.fields("price_cents");
    let prices = products.fields_text("price");
    let mut cents = vec![None; products.len()];
    for (place, price) in prices.iter().enumerate() {
        if done[place].is_some() {
            products.skip(place, "in cents already");
            continue;
        }
        let price = price.as_deref().unwrap_or_default();
        let Some((whole, fraction)) = money::parts(price) else {
            products.reject(place, "not-a-price", format!("the price is \"{price}\""));
            continue;
        };
        if fraction.len() > 2 {
            products.reject(place, "part-of-a-cent", format!("the price is \"{price}\""));
            continue;
        }
        match money::to_minor(whole, fraction, digits) {
            Ok(minor) => cents[place] = Some(minor.to_string()),
            Err(stop) => products.stop(place, &stop),
        }
    }
    products.set_fields("price_cents", &cents);
    products.remove_fields("price");
    Ok(())
}

fn revert(products: &Batch) -> Result {
    let digits = context::parameter("digits")?;
    let cents = products.fields_text("price_cents");
    let mut prices = vec![None; products.len()];
    for (place, cents) in cents.iter().enumerate() {
        match cents.as_deref().map(|cents| from_minor(cents, digits)) {
            Some(Ok(price)) => prices[place] = Some(price),
            Some(Err(stop)) => products.stop(place, &stop),
            None => products.skip(place, "not in cents"),
        }
    }
    products.set_fields("price", &prices);
    products.remove_fields("price_cents");
    Ok(())
}

fn from_minor(cents: &str, digits: usize) -> Result<String> {
    Ok(money::from_minor(cents.parse()?, digits))
}
