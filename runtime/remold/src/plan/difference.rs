//! What has changed between two plans of which the earlier one's digest is all that is left: each term is put back to
//! what it may have been, one at a time, until the digest is the same.

use super::Terms;

/// More workers than can share a run.
const WORKERS: u32 = 64;
/// Databases that are tried.
const DATABASES: u32 = 64;
/// How many digits the number of keys of any keyspace has at most.
const DIGITS: u32 = 20;
const GUARDS: [&str; 4] = ["watch", "lua", "none", "exclusive"];
/// Major versions that are tried, each with the minor ones 0 to 9.
const MAJOR: std::ops::RangeInclusive<u32> = 2..=12;

/// Says in which single term a plan differs from the one that a digest is of; `None` if it is none of those that can be tried, or
/// more than one.
pub(super) fn find(now: &Terms, approved: &str) -> Option<String> {
    let fits = |terms: &Terms| terms.digest() == approved;
    let numbers = |end: u32| (0..=end).map(|number| number.to_string());
    for keys in numbers(DIGITS).chain(["unknown".to_owned()]) {
        let then = Terms {
            keys: keys.clone(),
            ..now.clone()
        };
        if fits(&then) {
            let (before, after) = (range(&keys), range(&now.keys));
            return Some(format!(
                "the number of selected keys: {before} then, {after} now"
            ));
        }
    }
    for guard in GUARDS {
        let then = Terms {
            guard: guard.to_owned(),
            ..now.clone()
        };
        if fits(&then) {
            return Some(format!("the guard: {guard} then, {} now", now.guard));
        }
    }
    for workers in numbers(WORKERS) {
        let then = Terms {
            workers: workers.clone(),
            ..now.clone()
        };
        if fits(&then) {
            return Some(format!("the workers: {workers} then, {} now", now.workers));
        }
    }
    for database in numbers(DATABASES) {
        let then = Terms {
            database: database.clone(),
            ..now.clone()
        };
        if fits(&then) {
            let now = &now.database;
            return Some(format!("the database: {database} then, {now} now"));
        }
    }
    let minor = |major| (0..10).map(move |minor| format!("{major}.{minor}"));
    for version in MAJOR.flat_map(minor) {
        let then = Terms {
            version: version.clone(),
            ..now.clone()
        };
        if fits(&then) {
            let now = &now.version;
            return Some(format!("the server's version: {version} then, {now} now"));
        }
    }
    None
}

/// Says in words how many keys a number of digits stands for.
fn range(digits: &str) -> String {
    match digits.parse::<u32>() {
        Err(_) => "not counted".to_owned(),
        Ok(0) => "none".to_owned(),
        Ok(digits) => format!("a number of {digits} digits"),
    }
}
