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

#[cfg(test)]
mod tests {
    use remold_transform::testing::Host;
    use remold_transform::{Result, Value, reject};

    use super::{migrate, revert};

    #[test]
    fn a_name_is_split_and_joined_again() -> Result {
        let host = Host::new();
        let user = host.record("user:1", Value::hash([("name", "Ada Lovelace")]));
        migrate(&user)?;
        let split = Value::hash([("first", "Ada"), ("last", "Lovelace")]);
        assert_eq!(user.value(), split);
        revert(&user)?;
        assert_eq!(user.value(), Value::hash([("name", "Ada Lovelace")]));
        Ok(())
    }

    #[test]
    fn a_user_without_a_name_is_rejected() {
        let host = Host::new();
        let user = host.record("user:2", Value::hash([("email", "x@example.com")]));
        assert_eq!(
            migrate(&user),
            reject("no-name", "there is nothing to split")
        );
    }
}
