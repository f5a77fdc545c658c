//! What a plan's digest depends on, and what not.

use super::*;

fn plan(keys: Option<u64>, workers: u32, database: u64) -> Plan {
    Plan {
        migration: "names".to_owned(),
        migration_digest: "ab".repeat(32),
        target: "redis://localhost:6379".to_owned(),
        database,
        facts: Facts {
            shards: Vec::new(),
            refusal: None,
        },
        workers,
        keys,
    }
}

#[test]
fn a_few_keys_more_or_less_change_no_digest() {
    let digest = plan(Some(4_000), 1, 0).digest();
    assert_eq!(digest, plan(Some(4_200), 1, 0).digest());
    assert_ne!(digest, plan(Some(42_000), 1, 0).digest());
    assert_ne!(digest, plan(None, 1, 0).digest());
    assert_ne!(digest, plan(Some(4_000), 2, 0).digest());
    assert_ne!(digest, plan(Some(4_000), 1, 3).digest());
}

#[test]
fn an_approval_holds_at_the_border_of_two_orders_of_magnitude() {
    let approved = plan(Some(9_990), 1, 0).digest();
    let now = plan(Some(10_050), 1, 0);
    assert_ne!(now.digest(), approved);
    assert!(now.is_approved_by(&approved));
    assert!(!plan(Some(12_000), 1, 0).is_approved_by(&approved));
    // What was not counted then was not approved for any number.
    assert!(!now.is_approved_by(&plan(None, 1, 0).digest()));
}

#[test]
fn what_has_changed_is_told_if_it_is_one_thing() {
    let approved = plan(Some(500), 1, 0).digest();
    let told = |now: Plan| now.difference(&approved);
    assert_eq!(
        told(plan(Some(70_000), 1, 0)).as_deref(),
        Some("the number of selected keys: a number of 3 digits then, a number of 5 digits now")
    );
    assert_eq!(
        told(plan(Some(500), 3, 0)).as_deref(),
        Some("the workers: 1 then, 3 now")
    );
    assert_eq!(
        told(plan(Some(500), 1, 2)).as_deref(),
        Some("the database: 0 then, 2 now")
    );
    assert_eq!(told(plan(Some(70_000), 3, 0)), None);
}

#[test]
fn only_major_and_minor_version_count() {
    assert_eq!(major_and_minor("8.2.1"), "8.2");
    assert_eq!(major_and_minor("7"), "7");
}
