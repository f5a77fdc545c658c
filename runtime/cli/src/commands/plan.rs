//! `remold plan`: which versions the keys are at, and which way a run would take each; nothing is written.

use remold::{Control, Error, JournalDirectory, RunEnd, Runner, VersionSurvey};

use super::Answer;
use crate::arguments::PlanArguments;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::shapes::plan::{MissingShape, PlanShape};
use crate::shapes::versions::VersionsShape;
use crate::signals;
use crate::style::{BAD, BOLD, FAINT, NOTE, paint};
use crate::summary;

/// Plans a migration between versions.
pub(super) fn plan(arguments: &PlanArguments) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    let migration = super::load_for(&arguments.manifest, &arguments.grants, &target)?;
    let runner = Runner::new(target, JournalDirectory::new(""));
    let control = Control::new();
    let progress = Progress::start(&control, Changes::none());
    signals::stop_by_signal(
        &control,
        "stopping: the plan is of what was looked at; again to exit at once",
    );
    let survey = runner.survey(&migration, arguments.sample, &control, progress.observer());
    progress.finish();
    let survey = survey?;
    let end = &survey.report.outcome.end;
    if !survey.is_complete && *end != RunEnd::Interrupted {
        return Err(Error::Ended(Box::new(end.clone())).into());
    }
    let shape = shape(&survey);
    let blocked = shape.missing.iter().any(|missing| missing.records > 0);
    let exit = if blocked || survey.report.outcome.tally.rejected_total() > 0 {
        Exit::Rejects
    } else {
        Exit::Success
    };
    Ok(Answer::new(exit, text(&survey, &shape), &shape))
}

fn shape(survey: &VersionSurvey) -> PlanShape {
    let report = &survey.report;
    let taken = |label: &str| {
        let mut ways = survey.ways.iter();
        let way = ways.find(|(route, _)| route.to_string() == label);
        way.map_or(0, |(_, records)| *records)
    };
    let missing = survey.missing.iter().map(|(gap, records)| MissingShape {
        version: gap.version.to_string(),
        records: *records,
        from: gap.from.to_string(),
        to: gap.to.to_string(),
    });
    PlanShape {
        migration: report.migration.clone(),
        digest: report.digest.clone(),
        target: report.target.clone(),
        complete: survey.is_complete,
        records: report.outcome.tally.handled(),
        versions: VersionsShape::with(&survey.course, report, survey.already, taken),
        missing: missing.collect(),
        skipped: survey.skipped.iter().cloned().collect(),
        rejected: report.outcome.tally.rejected.clone(),
    }
}

fn text(survey: &VersionSurvey, shape: &PlanShape) -> String {
    let mut text = String::new();
    let title = format!("{} on {}", shape.migration, shape.target);
    text.line(format_args!("{}", paint(BOLD, title)));
    let looked = count(shape.records, "record");
    text.line(format_args!(
        "  {}",
        if shape.complete {
            format!("{looked} looked at, nothing written")
        } else {
            paint(
                NOTE,
                format!("{looked} looked at, not all of them; nothing written"),
            )
        }
    ));
    text.push_str(&summary::versions(&shape.versions));
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
    let outcome = &survey.report.outcome;
    text.push_str(&summary::rejects(
        &outcome.rejected,
        &outcome.tally,
        "--output json counts all by rule",
    ));
    text.line(format_args!("digest      {}", paint(FAINT, &shape.digest)));
    text
}
