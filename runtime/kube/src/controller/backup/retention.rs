//! How many backups are kept: of one migration, target, provider and asker the newest, and those that are not too old. The newest that is
//! proven is always kept.

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use super::Reconciliation;
use super::object::ASKED_BY_LABEL;
use crate::controller::age::is_older;
use crate::controller::conditions::holds;
use crate::controller::error::Error;
use crate::controller::migration::MIGRATION_LABEL;
use crate::resources::{BackupSpec, RedisBackup};

impl Reconciliation<'_> {
    /// Deletes the objects of backups that are more than are kept; their data goes with them.
    pub(super) async fn keep_only_some(&self) -> Result<(), Error> {
        let spec = self.spec;
        let Some(migration) = &spec.migration_ref else {
            return Ok(());
        };
        let cluster = &self.context.cluster;
        let labels = format!("{MIGRATION_LABEL}={}", migration.name);
        let all: Vec<RedisBackup> = cluster.list(&self.namespace, &labels).await?;
        for name in surplus(all, self.backup, self.spec, Timestamp::now()) {
            cluster
                .delete::<RedisBackup>(&self.namespace, &name)
                .await?;
        }
        Ok(())
    }
}

/// Names the backups of the same kind as `newest` that are more than its retention keeps.
fn surplus(
    all: Vec<RedisBackup>,
    newest: &RedisBackup,
    spec_of_newest: &BackupSpec,
    now: Timestamp,
) -> Vec<String> {
    let retention = spec_of_newest.provider.retention();
    let asked_by = |one: &RedisBackup| one.labels().get(ASKED_BY_LABEL).cloned();
    let mut alike: Vec<RedisBackup> = all
        .into_iter()
        .filter(|one| {
            let alike = one.spec.read().is_ok_and(|spec| {
                spec.target_ref == spec_of_newest.target_ref
                    && spec.provider.name() == spec_of_newest.provider.name()
            });
            alike && asked_by(one) == asked_by(newest) && one.metadata.deletion_timestamp.is_none()
        })
        .collect();
    alike.sort_by_key(|one| std::cmp::Reverse((one.creation_timestamp(), one.name_any())));
    let is_proven = |one: &RedisBackup| {
        let conditions = one
            .status
            .as_ref()
            .map(|status| status.conditions.as_slice());
        holds(conditions.unwrap_or_default(), "Ready")
    };
    let keep = match (retention.keep_last, retention.max_age) {
        (None, None) => return Vec::new(),
        (keep, _) => keep.unwrap_or(1).max(1) as usize,
    };
    let mut proven = 0;
    let mut surplus = Vec::new();
    for one in &alike {
        if is_proven(one) {
            proven += 1;
            if proven <= keep {
                continue;
            }
        } else if proven == 0 {
            // It is newer than every one that is proven: it may still become so.
            continue;
        }
        let made = one.creation_timestamp();
        let is_old = retention.max_age.is_none_or(|limit| {
            made.is_some_and(|made| is_older(made.0, now, limit.to_duration()))
        });
        if is_old {
            surplus.push(one.name_any());
        }
    }
    surplus
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, ObjectMeta, Time};
    use remold_manifest::{Reference, RetentionSpec};

    use super::*;
    use crate::resources::{BackupProvider, BackupStatus, JournalBackup, Written};

    fn backup(name: &str, made: i64, proven: bool, retention: RetentionSpec) -> RedisBackup {
        let ready = Condition {
            type_: "Ready".to_owned(),
            status: if proven { "True" } else { "False" }.to_owned(),
            reason: "Proven".to_owned(),
            message: String::new(),
            last_transition_time: Time(Timestamp::UNIX_EPOCH),
            observed_generation: None,
        };
        RedisBackup {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                creation_timestamp: Some(Time(Timestamp::from_second(made).expect("a time"))),
                ..ObjectMeta::default()
            },
            spec: Written::from(BackupSpec {
                target_ref: Reference {
                    name: "shop".to_owned(),
                },
                provider: BackupProvider::Journal(JournalBackup {
                    run: "one".to_owned(),
                    retention,
                }),
                migration_ref: None,
                restore: None,
            }),
            status: Some(BackupStatus {
                conditions: vec![ready],
                ..BackupStatus::default()
            }),
        }
    }

    fn check(retention: RetentionSpec, made: &[(i64, bool)], expected: &[&str]) {
        let all: Vec<RedisBackup> = made
            .iter()
            .map(|(made, proven)| backup(&format!("at-{made}"), *made, *proven, retention))
            .collect();
        assert_eq!(surplus_of(all), expected, "{retention:?}");
    }

    fn surplus_of(all: Vec<RedisBackup>) -> Vec<String> {
        let newest = all.last().expect("there is one").clone();
        let spec = newest.spec.read().expect("it is a spec");
        let now = Timestamp::from_second(1000).expect("a time");
        surplus(all, &newest, spec, now)
    }

    #[test]
    fn the_newest_are_kept_and_the_last_that_is_proven_always() {
        let keep_two = RetentionSpec {
            keep_last: Some(2),
            max_age: None,
        };
        let all = [(100, true), (200, true), (300, true)];
        check(keep_two, &all, &["at-100"]);
        // One that failed does not count as kept.
        check(keep_two, &[(100, true), (200, true), (300, false)], &[]);
        let old = RetentionSpec {
            keep_last: None,
            max_age: Some("10m".parse().expect("a period")),
        };
        check(old, &[(100, true), (500, true), (900, true)], &["at-100"]);
        check(old, &[(100, true)], &[]);
        check(RetentionSpec::default(), &all, &[]);
    }

    #[test]
    fn what_a_program_asked_for_does_not_push_out_what_its_document_asked_for() {
        let keep_one = RetentionSpec {
            keep_last: Some(1),
            max_age: None,
        };
        let asked_by = |who: &str, made: i64| {
            let mut backup = backup(&format!("at-{made}"), made, true, keep_one);
            let label = (ASKED_BY_LABEL.to_owned(), who.to_owned());
            backup.labels_mut().extend([label]);
            backup
        };
        let (first, second) = (asked_by("document", 100), asked_by("program", 200));
        assert_eq!(
            surplus_of(vec![first.clone(), second.clone()]),
            [""; 0],
            "one of each"
        );
        let third = asked_by("program", 300);
        assert_eq!(surplus_of(vec![first, second, third]), ["at-200"]);
    }
}
