//! `remold plan`: what a run would be carried out on, with a digest to approve it by; nothing is written.
//!
//! Of a migration between versions every selected key is read, and which way it would take is shown. Of any other the selected
//! keys are counted only.

use remold::{
    Control, Counted, Error, Facts, JournalDirectory, Migration, Plan, RunEnd, Runner,
    VersionSurvey,
};
use remold_kube::workers::PlanOutcome;

use super::{Answer, check};
use crate::arguments::PlanArguments;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::shapes::plan::{MissingShape, PlanShape};
use crate::shapes::server::ServerShape;
use crate::shapes::versions::VersionsShape;
use crate::signals;
use crate::style::{BAD, BOLD, FAINT, NOTE, paint};
use crate::summary;
use crate::traced::Traced;

/// Plans a migration.
pub(super) fn plan(arguments: &PlanArguments, traced: &Traced) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    let migration = super::load_for(&arguments.manifest, &arguments.grants, &target)?;
    traced.about(&migration);
    let runner = Runner::new(target, JournalDirectory::new(""));
    let control = Control::new();
    let progress = Progress::start_told(&control, Changes::none(), None, traced);
    signals::stop_by_signal(
        &control,
        "stopping: the plan is of what was looked at; again to exit at once",
    );
    let observer = progress.observer();
    let facts = runner.facts(&migration, &control, observer)?;
    let survey = match migration.course() {
        Some(_) => Some(runner.survey(&migration, arguments.sample, &control, observer)?),
        None => None,
    };
    let counted = match &survey {
        Some(survey) => of_survey(survey)?,
        None => runner.count(&migration, arguments.sample, &control, observer)?,
    };
    progress.finish();
    let workers = arguments.workers.unwrap_or_else(|| workers_of(&migration));
    let keys = counted.is_complete.then_some(counted.keys);
    let plan = Plan::new(&migration, runner.target(), facts, workers, keys);
    let shape = shape(&migration, &plan, counted, survey.as_ref());
    let blocked = shape.missing.iter().any(|missing| missing.records > 0);
    let exit = if blocked || !shape.rejected.is_empty() {
        Exit::Rejects
    } else {
        Exit::Success
    };
    let text = text(&plan, &shape, survey.as_ref());
    let outcome = outcome(&plan, &shape);
    Ok(Answer::new(exit, text, &shape).leaving(|left| left.plan = Some(outcome)))
}

/// Returns how many workers share a run, as the manifest says.
pub(super) fn workers_of(migration: &Migration) -> u32 {
    let job = migration.spec().job.as_ref();
    job.and_then(|job| job.workers).unwrap_or(1)
}

/// Takes the number of keys from a look at them all.
fn of_survey(survey: &VersionSurvey) -> Result<Counted, Report> {
    let outcome = &survey.report.outcome;
    if !survey.is_complete && outcome.end != RunEnd::Interrupted {
        return Err(Error::Ended(Box::new(outcome.end.clone())).into());
    }
    Ok(Counted {
        keys: outcome.tally.scanned - outcome.tally.duplicates,
        is_complete: survey.is_complete,
    })
}

fn shape(
    migration: &Migration,
    plan: &Plan,
    counted: Counted,
    survey: Option<&VersionSurvey>,
) -> PlanShape {
    let transform = migration.transform();
    let calls = transform.calls();
    let tally = survey.map(|survey| &survey.report.outcome.tally);
    PlanShape {
        migration: plan.migration.clone(),
        digest: plan.migration_digest.clone(),
        plan_digest: plan.digest(),
        target: plan.target.clone(),
        servers: plan.facts.shards.iter().map(ServerShape::from).collect(),
        refusal: plan.facts.refusal.clone(),
        powers: check::powers::shapes(migration, &calls),
        workers: plan.workers,
        complete: counted.is_complete,
        keys: counted.keys,
        records: tally.map_or(0, remold::Tally::handled),
        versions: survey.map(versions),
        missing: survey.map_or_else(Vec::new, missing),
        skipped: survey.map_or_else(Default::default, |survey| {
            survey.skipped.iter().cloned().collect()
        }),
        rejected: tally.map_or_else(Default::default, |tally| tally.rejected.clone()),
    }
}

fn versions(survey: &VersionSurvey) -> VersionsShape {
    let taken = |label: &str| {
        let mut ways = survey.ways.iter();
        let way = ways.find(|(route, _)| route.to_string() == label);
        way.map_or(0, |(_, records)| *records)
    };
    VersionsShape::with(&survey.course, &survey.report, survey.already, taken)
}

fn missing(survey: &VersionSurvey) -> Vec<MissingShape> {
    let missing = survey.missing.iter().map(|(gap, records)| MissingShape {
        version: gap.version.to_string(),
        records: *records,
        from: gap.from.to_string(),
        to: gap.to.to_string(),
    });
    missing.collect()
}

/// What whoever approves the plan has to see.
fn notes(plan: &Plan, shape: &PlanShape) -> Vec<String> {
    let mut notes: Vec<String> = refusal(&plan.facts).into_iter().collect();
    let shards = plan.facts.shards.iter();
    notes.extend(shards.flat_map(|shard| shard.notes.iter().cloned()));
    let missing = shape.missing.iter().filter(|missing| missing.records > 0);
    notes.extend(missing.map(|missing| {
        let records = count(missing.records, "record");
        format!("no way leads from {}: {records}", missing.version)
    }));
    let rejected = shape.rejected.iter();
    notes.extend(
        rejected.map(|(code, records)| {
            format!("{} would be rejected: {code}", count(*records, "record"))
        }),
    );
    notes
}

fn refusal(facts: &Facts) -> Option<String> {
    let refusal = facts.refusal.as_ref()?;
    Some(format!("a run would be refused as things stand: {refusal}"))
}

fn outcome(plan: &Plan, shape: &PlanShape) -> PlanOutcome {
    PlanOutcome {
        digest: shape.plan_digest.clone(),
        migration_digest: plan.migration_digest.clone(),
        keys: plan.keys.and_then(|keys| i64::try_from(keys).ok()),
        notes: notes(plan, shape),
    }
}

fn text(plan: &Plan, shape: &PlanShape, survey: Option<&VersionSurvey>) -> String {
    let mut text = String::new();
    let title = format!("{} on {}", shape.migration, shape.target);
    text.line(format_args!("{}", paint(BOLD, title)));
    let looked = match survey {
        Some(_) => format!("{} looked at", count(shape.records, "record")),
        None => format!("{} selected", count(shape.keys, "key")),
    };
    text.line(format_args!(
        "  {}",
        if shape.complete {
            format!("{looked}, nothing written")
        } else {
            paint(NOTE, format!("{looked}, not all of them; nothing written"))
        }
    ));
    for server in &shape.servers {
        let (product, version) = (&server.product, &server.version);
        text.line(format_args!("  server     {product} {version}"));
        let (guard, reason) = (&server.guard, &server.guard_reason);
        text.line(format_args!("  guard      {guard}: {reason}"));
        for note in &server.notes {
            text.line(format_args!("  note       {}", paint(NOTE, note)));
        }
    }
    if let Some(refusal) = refusal(&plan.facts) {
        text.line(format_args!("  note       {}", paint(BAD, refusal)));
    }
    if shape.workers > 1 {
        text.line(format_args!("  workers    {}", shape.workers));
    }
    for power in shape.powers.iter().filter(|power| power.asked) {
        text.line(format_args!(
            "  may        {}",
            check::powers::sentence(power)
        ));
    }
    if let Some(versions) = &shape.versions {
        text.push_str(&summary::versions(versions));
    }
    for missing in &shape.missing {
        let what = format!("no way from {}", missing.version);
        let what = format!("  {what:<34}{:>12}", number(missing.records));
        let style = if missing.records > 0 { BAD } else { FAINT };
        let how = format!(
            "  register a migration from {} to {}",
            missing.from, missing.to
        );
        text.line(format_args!("{}{how}", paint(style, what)));
    }
    for (reason, records) in &shape.skipped {
        text.line(format_args!(
            "  {reason:<34}{:>12}  skipped",
            number(*records)
        ));
    }
    for (code, records) in &shape.rejected {
        let line = format!("  {code:<34}{:>12}  rejected", number(*records));
        text.line(format_args!("{}", paint(NOTE, line)));
    }
    if let Some(survey) = survey {
        let outcome = &survey.report.outcome;
        text.push_str(&summary::rejects(
            &outcome.rejected,
            &outcome.tally,
            "--output json counts all by rule",
        ));
    }
    text.line(format_args!("digest      {}", paint(FAINT, &shape.digest)));
    text.line(format_args!(
        "plan        {}",
        paint(FAINT, &shape.plan_digest)
    ));
    text
}
