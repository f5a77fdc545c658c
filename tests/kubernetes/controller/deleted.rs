//! A migration is deleted, in whatever state it is: nothing that was made for it stays but the way back, and no key is touched
//! again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::stage::{Stage, backed_up, documents, failed};

/// What people can see that was made for a migration.
const MADE: [&str; 8] = [
    "redismigrationruns",
    "jobs",
    "pods",
    "configmaps",
    "serviceaccounts",
    "roles",
    "rolebindings",
    "networkpolicies",
];

/// A state, and how a migration comes to it.
struct State {
    reason: &'static str,
    /// What its document says beside the rest.
    document: &'static str,
    /// Whose workers never end.
    endless: &'static str,
    /// What is asked of it once it has come to another state.
    then: Option<(&'static str, &'static str)>,
    /// Whether there has been a run, whose journal stays.
    has_run: bool,
}

const STATES: [State; 11] = [
    State::of("Planning", "", "plan"),
    State::of("AwaitingApproval", "  policy: { approval: manual }\n", ""),
    State::of(
        "BackingUp",
        "  backup: { rdb: { store: { claim: { name: backups } } } }\n",
        "backup",
    ),
    State::of("Running", "", "run").run(),
    State::of("Suspended", "", "run")
        .after("Running", r#"{"suspend":true}"#)
        .run(),
    State::of("Validating", "", "verify").run(),
    State::of("RunFailed", "", "").run(),
    State::of("Completed", "", "").run(),
    State::of("Aborted", "", "run")
        .after("Running", r#"{"abort":true}"#)
        .run(),
    State::of("RollingBack", "", "rollback")
        .after("Completed", r#"{"rollback":{"requested":true}}"#)
        .run(),
    State::of("RolledBack", "", "")
        .after("Completed", r#"{"rollback":{"requested":true}}"#)
        .run(),
];

impl State {
    const fn of(reason: &'static str, document: &'static str, endless: &'static str) -> Self {
        Self {
            reason,
            document,
            endless,
            then: None,
            has_run: false,
        }
    }

    const fn after(self, state: &'static str, change: &'static str) -> Self {
        Self {
            then: Some((state, change)),
            ..self
        }
    }

    const fn run(self) -> Self {
        Self {
            has_run: true,
            ..self
        }
    }

    /// Brings a migration to the state, deletes it, and looks at what is left.
    fn check(&self) {
        let stage = Stage::new("deleted");
        let nodes = &stage.nodes;
        for component in ["backup", "remove"] {
            nodes.answer(component, |_| Some(backed_up()));
        }
        if self.reason == "RunFailed" {
            nodes.answer("run", |_| Some(failed("run", 6, "no")));
        }
        if !self.endless.is_empty() {
            nodes.answer(self.endless, |_| None);
        }
        stage.apply(&documents("one", self.document));
        if let Some((state, change)) = self.then {
            stage.wait_for("redismigration", "one", state);
            let change = serde_json::from_str(change).expect("a change is JSON");
            stage.change("one", &change);
        }
        stage.wait_for("redismigration", "one", self.reason);
        let is_undone = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&is_undone);
        nodes.answer("rollback", move |_| {
            seen.store(true, Ordering::SeqCst);
            None
        });
        let was_undoing = self.reason.starts_with("Roll");
        delete(&stage, "redismigration", "one");
        // A backup outlives the migration that it was made for.
        for backup in stage.names("redisbackups") {
            delete(&stage, "redisbackup", &backup);
        }
        remold_tests::wait_for(&format!("{}: nothing is left", self.reason), || {
            MADE.iter()
                .all(|kind| own(&stage, kind).is_empty())
                .then_some(())
        });
        let journals = own(&stage, "persistentvolumeclaims");
        if self.has_run {
            assert_eq!(journals, ["one-journal"], "{}", self.reason);
        }
        assert!(
            was_undoing || !is_undone.load(Ordering::SeqCst),
            "{}: keys were taken back",
            self.reason
        );
    }
}

fn delete(stage: &Stage, kind: &str, name: &str) {
    let namespace = &stage.namespace;
    let arguments = [
        "delete",
        kind,
        name,
        "--namespace",
        namespace,
        "--timeout=60s",
    ];
    stage.cluster.kubectl(&arguments).succeeded();
}

fn own(stage: &Stage, kind: &str) -> Vec<String> {
    let mut all = stage.names(kind);
    all.retain(|name| name.starts_with("one"));
    all
}

#[test]
fn in_any_state_nothing_is_left_but_the_way_back() {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(state) = STATES.get(next.fetch_add(1, Ordering::SeqCst)) {
                    state.check();
                }
            });
        }
    });
}
