//! Splits the field `name` of users into `first` and `last`, a column at a time.

use remold_transform::{Batch, export};

export!(migrate, revert);

fn migrate(users: &Batch) {
    let done = users.fields("first");
    let names = users.fields_text("name");
    let mut first = vec![None; users.len()];
    let mut last = vec![None; users.len()];
    for (place, name) in names.iter().enumerate() {
        if done[place].is_some() {
            users.skip(place, "split already");
        } else if let Some(name) = name {
            // Two parts at most: "Lupe García Márquez" keeps both last names.
            let parts = name.split_once(' ').unwrap_or((name, ""));
            (first[place], last[place]) = (Some(parts.0), Some(parts.1));
        } else {
            users.reject(place, "no-name", "there is nothing to split");
        }
    }
    users.set_fields("first", &first);
    users.set_fields("last", &last);
    users.remove_fields("name");
}

/// The way back, for users that the application has written since.
fn revert(users: &Batch) {
    let first = users.fields_text("first");
    let last = users.fields_text("last");
    let mut names = vec![None; users.len()];
    for (place, parts) in first.into_iter().zip(last).enumerate() {
        match parts {
            (Some(first), Some(last)) if !last.is_empty() => {
                names[place] = Some(format!("{first} {last}"));
            }
            (Some(first), _) => names[place] = Some(first),
            (None, _) => users.skip(place, "not split"),
        }
    }
    users.set_fields("name", &names);
    users.remove_fields("first");
    users.remove_fields("last");
}
