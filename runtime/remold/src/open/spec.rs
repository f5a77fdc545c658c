//! The engine's spec of a run, out of a manifest and of how the run is asked for.

use std::time::Duration;

use remold_engine::port::Selection;
use remold_engine::record::Header;
use remold_engine::{
    Action, Allowance, BackupTaker, Oversized, Policy, RunSpec, Strategy, Throttle,
};
use remold_host_api::{Bytes, Context};
use remold_manifest as manifest;

use super::reserved_prefix;
use crate::identity;
use crate::migration::Migration;
use crate::recorder::Recorder;
use crate::runner::RunOptions;
use crate::target::Target;

/// How long the lock of a keyspace holds without renewal.
const LOCK_TTL: Duration = Duration::from_secs(15);

/// Makes the engine's spec of a migration.
pub(crate) fn spec_of(
    target: &Target,
    migration: &Migration,
    header: Header,
    action: Action,
    options: &RunOptions,
) -> RunSpec {
    let spec = migration.spec();
    let context = Context {
        parameters: serde_json::Value::Object(spec.parameters.clone()),
        now_ms: header.now_ms,
        seed: header.seed,
    };
    RunSpec {
        owner: identity::owner(),
        selection: selection_of(spec),
        within: migration.within(),
        action,
        capabilities: migration.capabilities(),
        context,
        policy: policy_of(spec),
        strategy: strategy_of(spec, options),
        reserved_prefix: reserved_prefix(target),
        show_changes: options.show_changes,
        steps: options.steps.clone(),
        witness: options.recorder.as_ref().map(Recorder::witness),
        backup: backup_of(target, &header, options),
        header,
    }
}

/// Makes what takes a program's backups: of a server, where the run was given a place for them.
fn backup_of(target: &Target, header: &Header, options: &RunOptions) -> Option<BackupTaker> {
    match (target, &options.backups) {
        (Target::Redis(server), Some(backups)) => Some(backups.taker(server, header)),
        _ => None,
    }
}

pub(crate) fn selection_of(spec: &manifest::Spec) -> Selection {
    let keys = spec.select.keys.as_ref();
    Selection {
        pattern: spec.select.pattern(),
        exclude: spec.select.excluded(),
        kind: spec.select.kind(),
        keys: keys.map(|keys| {
            keys.iter()
                .map(|key| Bytes::copy_from_slice(key.as_bytes()))
                .collect()
        }),
        max_bytes: spec.limits.max_key_bytes.as_bytes(),
    }
}

fn policy_of(spec: &manifest::Spec) -> Policy {
    Policy {
        max_rejected: match spec.policy.max_rejected {
            manifest::Tolerance::Count(count) => Allowance::Count(count),
            manifest::Tolerance::Share(share) => {
                Allowance::Share(f64::from(ten_thousandths(share)) / 10_000.0)
            }
        },
        overwrite: spec.policy.overwrite,
        conflict_retries: spec.policy.conflict_retries,
        oversized: match spec.limits.oversized {
            manifest::Oversized::Skip => Oversized::Skip,
            manifest::Oversized::Reject => Oversized::Reject,
            manifest::Oversized::Stream => Oversized::Stream,
        },
        patience: spec.policy.retry.max_elapsed.to_duration(),
    }
}

fn strategy_of(spec: &manifest::Spec, options: &RunOptions) -> Strategy {
    let throttle = &spec.strategy.throttle;
    #[allow(
        clippy::cast_precision_loss,
        reason = "no server answers 2^52 keys per second"
    )]
    let keys_per_second = throttle.keys_per_second.map(|rate| rate as f64);
    Strategy {
        canary: spec
            .strategy
            .canary
            .iter()
            .map(|share| ten_thousandths(*share))
            .collect(),
        lanes: Some(spec.strategy.parallelism as usize),
        carriers: None,
        batch: Some(spec.strategy.batch_size as usize),
        throttle: Throttle {
            keys_per_second,
            max_latency: throttle.max_latency.map(manifest::Period::to_duration),
        },
        lock_ttl: options.lock_ttl.unwrap_or(LOCK_TTL),
    }
}

fn ten_thousandths(share: manifest::Percentage) -> u32 {
    u32::try_from(share.of(10_000)).unwrap_or(10_000)
}
