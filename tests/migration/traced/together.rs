//! The shares of a run are one trace, though the workers never speak with each other.

use std::collections::BTreeSet;

use remold_tests::Collector;

use super::{COUNT, answer, start_traced, told, traced};
use crate::bad_input::{Place, SUCCESS, hashes};
use crate::shares::worker_arguments;

#[test]
fn the_shares_of_a_run_and_its_way_back_are_one_trace() {
    let collector = Collector::start();
    let stage = hashes(100);
    let place = Place::new(
        &stage.manifest("  policy: { conflictRetries: 1000 }\n"),
        COUNT,
    );
    let (manifest, url, journals) = (place.path("migration.yaml"), stage.url(), place.journals());
    let worker = |share: &str| {
        let arguments = worker_arguments(&manifest, share, &url, &journals);
        start_traced(&collector.url(), &arguments, &[])
    };
    let workers = ["0/2", "1/2"].map(worker);
    for worker in workers {
        answer(worker).says(SUCCESS, &[]);
    }
    let back = [
        "rollback",
        "shared",
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ];
    traced(&collector, &back, &[]).says(SUCCESS, &[]);
    let all = told(&collector, 3);
    let traces: BTreeSet<&str> = all.iter().map(|one| one.root.trace.as_str()).collect();
    assert_eq!(traces.len(), 1, "{traces:?}");
    let (workers, back) = all.split_at(2);
    let shares: BTreeSet<_> = workers
        .iter()
        .map(|one| {
            (
                one.count("remold.share.index"),
                one.count("remold.share.count"),
            )
        })
        .collect();
    assert_eq!(
        shares,
        BTreeSet::from([(Some(0), Some(2)), (Some(1), Some(2))])
    );
    let written = workers
        .iter()
        .filter_map(|one| one.count("remold.keys.written"));
    assert_eq!(written.sum::<i64>(), 100);
    for one in workers {
        assert_eq!(one.text("remold.run.id"), Some("shared"));
        assert_eq!(
            one.names(),
            [
                "load", "look", "plan", "confirm", "look", "open", "enter", "migrate", "record"
            ]
            .into_iter()
            .filter(|name| one.names().contains(name))
            .collect::<Vec<_>>()
        );
    }
    assert_eq!(back[0].text("remold.run.undoes"), Some("shared"));
    let undone = back[0].names().into_iter().filter(|name| *name == "undo");
    assert_eq!(undone.count(), 2, "one share after the other");
}
