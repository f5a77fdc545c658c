//! Shares of keys and of runs: which key belongs where, and when a run of shares has ended.

use super::*;

fn share(text: &str) -> Share {
    text.parse().expect("a share")
}

#[test]
fn a_share_is_two_numbers_of_which_the_first_is_the_smaller() {
    assert_eq!(share("0/1"), Share { index: 0, of: 1 });
    assert_eq!(share("2/3").to_string(), "2/3");
    for bad in [
        "", "/", "1", "1/", "/3", "3/3", "4/3", "-1/3", "+1/3", "0/0", "0/1025", "a/b", "0/3/3",
    ] {
        assert_eq!(bad.parse::<Share>(), Err(InvalidShare), "{bad}");
    }
}

#[test]
fn every_key_belongs_to_exactly_one_share_and_all_have_about_as_many() {
    for of in [1, 2, 3, 7] {
        let mut counts = vec![0_u32; of as usize];
        for number in 0..10_000 {
            let key = format!("user:{number}");
            let holders: Vec<u32> = (0..of)
                .filter(|index| Share { index: *index, of }.holds(key.as_bytes()))
                .collect();
            assert_eq!(holders, [Share::of_key(key.as_bytes(), of)], "{key}");
            counts[holders[0] as usize] += 1;
        }
        let even = 10_000 / of;
        assert!(
            counts.iter().all(|count| count.abs_diff(even) < even / 10),
            "{counts:?}"
        );
    }
}

#[test]
fn the_keys_of_a_canary_are_in_all_shares() {
    let mut counts = [0_u32; 4];
    for number in 0..100_000 {
        let key = format!("user:{number}");
        if crate::feed::bucket(key.as_bytes()) < 100 {
            counts[Share::of_key(key.as_bytes(), 4) as usize] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 150), "{counts:?}");
}

#[test]
fn the_id_of_a_share_tells_its_run() {
    let of = ShareOf {
        run: "move-users".to_owned(),
        share: share("1/3"),
    };
    assert_eq!(of.id(), "move-users-1-of-3");
    assert_eq!(ShareOf::of_id(&of.id()), Some(of.clone()));
    assert_eq!(
        of.all().map(|of| of.share.index).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    for other in ["move-users", "a-3-of-3", "-1-of-3", "1-of-3", "a-1-of-x"] {
        assert_eq!(ShareOf::of_id(other), None, "{other}");
    }
}

fn entry(index: u32, of: u32, state: RunState) -> HistoryEntry {
    let share = ShareOf {
        run: "r".to_owned(),
        share: Share { index, of },
    };
    HistoryEntry {
        run: share.id(),
        migration: "count".to_owned(),
        digest: "0".to_owned(),
        state,
        undoes: None,
        started_at: 10 + u64::from(index),
        ended_at: (state != RunState::Running).then_some(20 + u64::from(index)),
        written: 5,
        rejected: 1,
        kept: 0,
        share: Some(share),
        remold: "1".to_owned(),
    }
}

#[test]
fn a_run_has_ended_when_all_its_shares_have() {
    use RunState::{Aborted, Completed, PartlyRolledBack, RolledBack, Running};
    for (states, expected) in [
        (&[Completed][..], Running),
        (&[Completed, Running], Running),
        (&[Completed, Completed], Completed),
        (&[Aborted], Aborted),
        (&[Aborted, Running], Running),
        (&[Aborted, Completed], Aborted),
        (&[RolledBack, Completed], PartlyRolledBack),
        (&[RolledBack, PartlyRolledBack], PartlyRolledBack),
        (&[RolledBack, RolledBack], RolledBack),
    ] {
        let shares: Vec<HistoryEntry> = (0..)
            .zip(states)
            .map(|(index, state)| entry(index, 2, *state))
            .collect();
        let whole = whole(&shares).expect("there are shares");
        assert_eq!(whole.state, expected, "{states:?}");
        assert_eq!((whole.run.as_str(), whole.started_at), ("r", 10));
        assert_eq!(whole.ended_at.is_some(), expected != Running, "{states:?}");
        assert_eq!(whole.written, 5 * shares.len() as u64);
    }
}

#[test]
fn shares_of_a_run_are_one_run_among_others() {
    let alone = HistoryEntry {
        run: "alone".to_owned(),
        share: None,
        started_at: 11,
        ..entry(0, 1, RunState::Completed)
    };
    let history = vec![
        entry(1, 2, RunState::Completed),
        alone,
        entry(0, 2, RunState::Completed),
    ];
    let runs = runs(history);
    let names: Vec<(&str, usize)> = runs
        .iter()
        .map(|run| (run.entry.run.as_str(), run.shares.len()))
        .collect();
    assert_eq!(names, [("r", 2), ("alone", 0)]);
}
