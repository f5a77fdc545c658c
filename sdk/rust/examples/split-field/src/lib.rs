//! Splits the field `name` of a user into `first` and `last`.

use remold_transform::{Record, Result, export, reject, skip};

export!(migrate, revert);

fn migrate(record: &Record) -> Result {
    let user = record.hash();
    if user.contains("first")? {
        return skip("split already");
    }
    let Some(name) = user.get_text("name")? else {
        return reject("no-name", "there is nothing to split");
    };
    // Two parts at most: "Lupe García Márquez" keeps both last names.
    let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
    user.set("first", first)?;
    user.set("last", last)?;
    user.remove("name")?;
    Ok(())
}

/// The way back, for users that the application has written since.
fn revert(record: &Record) -> Result {
    let user = record.hash();
    let Some(first) = user.get_text("first")? else {
        return skip("not split");
    };
    let name = match user.get_text("last")? {
        Some(last) if !last.is_empty() => format!("{first} {last}"),
        _ => first,
    };
    user.set("name", name)?;
    user.remove("first")?;
    user.remove("last")?;
    Ok(())
}
