//! "19.99" becomes 1999: whole numbers all the way, for 19.99 * 100 in floats is 1998.9999999999998.

mod money;

use remold_transform::{Record, Result, context, export, reject, skip};

export!(migrate, revert);

fn migrate(record: &Record) -> Result {
    let product = record.hash();
    if product.contains("price_cents")? {
        return skip("in cents already");
    }
    let price = product.get_text("price")?.unwrap_or_default();
    let Some((whole, fraction)) = money::parts(&price) else {
        return reject("not-a-price", format!("the price is \"{price}\""));
    };
    if fraction.len() > 2 {
        return reject("part-of-a-cent", format!("the price is \"{price}\""));
    }
    let minor = money::to_minor(whole, fraction, context::parameter("digits")?)?;
    product.set("price_cents", minor.to_string())?;
    product.remove("price")?;
    Ok(())
}

fn revert(record: &Record) -> Result {
    let product = record.hash();
    let Some(cents) = product.get_text("price_cents")? else {
        return skip("not in cents");
    };
    let price = money::from_minor(cents.parse()?, context::parameter("digits")?);
    product.set("price", price)?;
    product.remove("price_cents")?;
    Ok(())
}
