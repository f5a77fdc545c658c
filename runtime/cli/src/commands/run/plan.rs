//! The plan of a run, as it is shown before anything is written.

use remold::host_api::Capability;
use remold::manifest::{Guard, Tolerance};
use remold::{Extent, Migration, Power, Runner, ShardFacts};

use crate::arguments::{GuardArgument, RunArguments, TargetArguments};
use crate::confirmation;
use crate::exit::Exit;
use crate::figures::number;
use crate::paragraph::Put;
use crate::report::Report;
use crate::style::{BAD, BOLD, FAINT, NOTE, paint};

/// Says whether writes would have no guard: by the operator's word or, without one, the manifest's.
pub(in crate::commands) fn is_unguarded(manifest: Guard, target: &TargetArguments) -> bool {
    match target.guard {
        GuardArgument::None => true,
        GuardArgument::Auto => manifest == Guard::None,
        GuardArgument::Watch | GuardArgument::Lua => false,
    }
}

/// Refuses a run without a guard that nobody but the manifest asked for, where nobody reads the plan.
pub(super) fn refuse_silent_absence_of_a_guard(
    migration: &Migration,
    target: &TargetArguments,
    yes: bool,
) -> Result<(), Report> {
    let unguarded = is_unguarded(migration.spec().strategy.guard, target);
    if unguarded && yes && target.guard != GuardArgument::None {
        return Err(unguarded_report());
    }
    Ok(())
}

/// Asks whether a run without a guard may go on.
pub(in crate::commands) fn confirm_absence_of_a_guard(
    target: &TargetArguments,
    yes: bool,
) -> Result<(), Report> {
    if yes && target.guard != GuardArgument::None {
        return Err(unguarded_report());
    }
    let warning = format!("{}\n", paint(BAD, WARNING));
    confirmation::confirm(&warning, "Go on without a guard?", yes)
}

const WARNING: &str = "Without a guard, what an application writes at the same moment is lost. Go on only if no \
                       application writes these keys.";

/// Reports that the absence of a guard has to be confirmed by name.
fn unguarded_report() -> Report {
    let message =
        "spec.strategy.guard is none: what an application writes at the same moment would be lost";
    Report::new(Exit::Refused, "not-confirmed", message)
        .hint("--guard none together with --yes confirms that no application writes these keys")
        .hint("--guard watch or --guard lua runs it with a guard")
}

/// Describes what a run is about to do.
pub(super) fn describe(
    migration: &Migration,
    runner: &Runner,
    facts: &[ShardFacts],
    arguments: &RunArguments,
    plan_digest: Option<&str>,
) -> String {
    let spec = migration.spec();
    let mut text = format!(
        "{}\n",
        paint(
            BOLD,
            format!("{} on {}", migration.name(), runner.target().name())
        )
    );
    let mut row = |name: &str, value: String| {
        text.line(format_args!("  {name:<11}{value}"));
    };
    for shard in facts {
        let keys = shard.keys.map_or_else(String::new, |keys| {
            format!(", {} keys in all", number(keys))
        });
        row(
            "server",
            format!("{} {}{keys}", shard.product, shard.version),
        );
        let guard = format!("{}: {}", shard.guard.name(), shard.guard_reason);
        let unguarded = is_unguarded(spec.strategy.guard, &arguments.target);
        row("guard", if unguarded { paint(BAD, guard) } else { guard });
        shard
            .notes
            .iter()
            .for_each(|note| row("note", paint(NOTE, note)));
    }
    row("selects", selection(spec));
    for power in remold::powers(migration) {
        row("may", reach(&power));
    }
    let strategy = &spec.strategy;
    let throttle = &strategy.throttle;
    let mut pace = vec![format!(
        "{} connections, batches of {}",
        strategy.parallelism, strategy.batch_size
    )];
    pace.extend(
        throttle
            .keys_per_second
            .map(|rate| format!("at most {} keys/s", number(rate))),
    );
    pace.extend(
        throttle
            .max_latency
            .map(|latency| format!("latency up to {latency}")),
    );
    row("pace", pace.join(", "));
    if !strategy.canary.is_empty() {
        let shares: Vec<String> = strategy.canary.iter().map(ToString::to_string).collect();
        row("canary", format!("{}, each verified", shares.join(", ")));
    }
    let rejects = match spec.policy.max_rejected {
        Tolerance::Count(0) => "stops at the first rejected key".to_owned(),
        Tolerance::Count(count) => format!("stops after more than {} rejected keys", number(count)),
        Tolerance::Share(share) => format!("stops when more than {share} of the keys are rejected"),
    };
    row("rejects", rejects);
    row("journal", runner.journals().root().display().to_string());
    row("digest", paint(FAINT, migration.digest()));
    if let Some(digest) = plan_digest {
        row("plan", paint(FAINT, digest));
    }
    if is_unguarded(strategy.guard, &arguments.target) {
        text.line(format_args!("{}", paint(BAD, WARNING)));
    }
    text
}

/// Says what a transform may do beyond its selected keys.
fn reach(power: &Power) -> String {
    let keys = power
        .on
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    let what = match power.capability {
        Capability::Read => "read",
        Capability::Write => "write",
        Capability::Scan => "list",
        Capability::Backup => return "take a backup".to_owned(),
    };
    match &power.extent {
        Extent::Whole => format!("{what} {keys}"),
        Extent::Within(grants) => {
            let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
            format!("{what} {keys}, but only within {}", grants.join(", "))
        }
    }
}

/// Lists what the plan warns of, for whom the plan itself is not shown.
pub(super) fn notes(facts: &[ShardFacts]) -> String {
    let mut text = String::new();
    for note in facts.iter().flat_map(|shard| &shard.notes) {
        text.line(format_args!("{}: {note}", paint(NOTE, "note")));
    }
    text
}

fn selection(spec: &remold::manifest::Spec) -> String {
    let select = &spec.select;
    let kind = select
        .kind()
        .map_or_else(String::new, |kind| format!(", type {kind}"));
    let exclude = if select.exclude.is_empty() {
        String::new()
    } else {
        format!(", but {}", select.exclude.join(", "))
    };
    match &select.keys {
        Some(keys) => format!("{} listed keys{kind}{exclude}", number(keys.len() as u64)),
        None => format!("{}{kind}{exclude}", select.match_),
    }
}
