//! Says what is wrong with the keys at the end of a story.

use redis::Connection;

use super::application::Account;
use super::data::{Marks, is_countable};
use crate::{Contents, KeyState, Snapshot};

/// What every key has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Migrated, once.
    Migrated,
    /// As it was before; where the application has written since, the way back may have been applied instead, once.
    Undone,
}

/// Compares all keys of the application with what they were; an error names the first that are wrong.
pub(super) fn check(
    expected: Expected,
    before: &Snapshot,
    accounts: &[Account],
    connection: &mut Connection,
) -> Result<(), String> {
    let now = Snapshot::take(connection).without_prefix(b"__remold:");
    let mut wrong = Vec::new();
    for name in now
        .keys
        .keys()
        .filter(|name| !before.keys.contains_key(*name))
    {
        wrong.push(format!("{} is nobody's", String::from_utf8_lossy(name)));
    }
    for (name, was) in &before.keys {
        let name = String::from_utf8_lossy(name);
        let is = now.keys.get(name.as_bytes());
        let account = accounts.iter().find(|account| account.key == name);
        let judged = match account {
            Some(account) if account.is_fleeting() => fleeting(account, is),
            account => lasting(expected, was, is, account),
        };
        if let Err(problem) = judged {
            wrong.push(format!("{name}: {problem}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let count = wrong.len();
    wrong.truncate(5);
    Err(format!(
        "{expected:?}: {count} keys are wrong:\n  {}",
        wrong.join("\n  ")
    ))
}

fn lasting(
    expected: Expected,
    was: &KeyState,
    is: Option<&KeyState>,
    account: Option<&Account>,
) -> Result<(), String> {
    let is = is.ok_or("it is gone")?;
    if was.expires_at != is.expires_at {
        return Err(format!(
            "it expired at {:?} and does at {:?}",
            was.expires_at, is.expires_at
        ));
    }
    let marks = Marks::between(&was.contents, &is.contents)?;
    let (certain, unknown) = account.map_or((0, 0), |account| (account.certain, account.unknown));
    if !(certain..=certain + unknown).contains(&marks.written) {
        return Err(format!(
            "the application wrote {certain} to {} times: {marks:?}",
            certain + unknown
        ));
    }
    let runs = u64::from(is_countable(&was.contents));
    let right = match expected {
        Expected::Migrated => (marks.run, marks.undone) == (runs, 0),
        Expected::Undone if account.is_some() => marks.run == marks.undone && marks.run <= runs,
        Expected::Undone => (marks.run, marks.undone) == (0, 0),
    };
    if right {
        Ok(())
    } else {
        Err(format!("it has {marks:?}"))
    }
}

/// A key that came and went: it is what the application made of it last, and was counted at most once. Whether it was
/// born before or after the run came by nobody can tell, so that the way back may have met one that never was migrated.
fn fleeting(account: &Account, is: Option<&KeyState>) -> Result<(), String> {
    let (born, marks) = match is.map(|is| &is.contents) {
        None => (None, (0, 0)),
        Some(Contents::Hash(fields)) => {
            let number = |field: &str| -> Option<u64> {
                let (value, _) = fields.get(field.as_bytes())?;
                String::from_utf8_lossy(value).parse().ok()
            };
            let count = |field| number(field).unwrap_or_default();
            (Some(count("born")), (count("run"), count("undone")))
        }
        Some(other) => return Err(format!("it is {other:?}")),
    };
    if !account.lives.contains(&born) {
        return Err(format!(
            "it was born {born:?}, and the application said {:?}",
            account.lives
        ));
    }
    if marks.0 > 1 || marks.1 > 1 {
        return Err(format!(
            "it was counted {} times and back {} times",
            marks.0, marks.1
        ));
    }
    Ok(())
}
