//! "cart:42:items" becomes "{user:42}:cart:items": all that belongs to a user is in one cluster slot.

use remold_transform::{Kind, Record, Result, export, fail, skip};

export!(migrate, revert);

fn migrate(record: &Record) -> Result {
    if !belongs_to_a_user(&record.key_text()?) {
        return skip("belongs to no user");
    }
    rename(record, new_name)
}

fn revert(record: &Record) -> Result {
    rename(record, |key| Ok(old_name(key)))
}

fn belongs_to_a_user(key: &str) -> bool {
    let Some(rest) = key.strip_prefix("cart:") else {
        return false;
    };
    let user = rest.strip_suffix(":items").unwrap_or(rest);
    !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit())
}

fn new_name(key: &str) -> Result<String> {
    let mut parts = key.splitn(3, ':').skip(1);
    let Some(user) = parts.next() else {
        return fail(format!("{key:?} names no user"));
    };
    let name = format!("{{user:{user}}}:cart");
    Ok(match parts.next() {
        Some(rest) => format!("{name}:{rest}"),
        None => name,
    })
}

fn old_name(key: &str) -> String {
    key.replace("{user:", "cart:").replace("}:cart", "")
}

/// Renames the key, and where a cart says what the key of its items is.
fn rename(record: &Record, name: impl Fn(&str) -> Result<String>) -> Result {
    if record.kind() == Kind::Hash {
        let cart = record.hash();
        if let Some(items) = cart.get_text("items_key")? {
            cart.set("items_key", name(&items)?)?;
        }
    }
    record.rename(name(&record.key_text()?)?)?;
    Ok(())
}
