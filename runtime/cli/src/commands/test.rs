//! `remold test`: the fixtures beside a manifest, in memory.

use std::path::{Path, PathBuf};

use remold::manifest::cases::{Case, Expectation};
use remold::{CaseProblem, CaseReport, CaseRunner, CaseVerdict, Migration, escape};
use similar::{ChangeTag, TextDiff};

use super::{Answer, watch};
use crate::arguments::{Format, TestArguments};
use crate::diff;
use crate::exit::Exit;
use crate::figures::count;
use crate::paragraph::{Put, wrap};
use crate::report::Report;
use crate::shapes::migration::{CaseShape, ProblemShape, TestShape};
use crate::style::{BAD, FAINT, GOOD, NOTE, paint};

/// A case that was run.
#[derive(Debug)]
pub(super) struct Ran {
    /// Its file.
    pub(super) path: PathBuf,
    /// What came of it.
    pub(super) report: CaseReport,
    /// Whether its expectation was updated.
    pub(super) updated: bool,
    /// The keys of which the transform makes something else when it is asked again in another order.
    pub(super) wavering: Vec<String>,
}

/// Runs the cases.
pub(super) fn test(arguments: &TestArguments, format: Format) -> Result<Answer, Report> {
    if arguments.watching.watch {
        return watch::tests(arguments, format);
    }
    let migration = super::load(&super::manifest_of(&arguments.manifest))?;
    let ran = run_cases(&migration, arguments, &|| false)?;
    let shape = shape(migration.name(), &ran);
    let mut text = String::new();
    for case in &ran {
        let path = case.path.display().to_string();
        show(&path, &case.report, case.updated, &mut text);
        warn(&case.wavering, &mut text);
    }
    let left = shape.failed - shape.updated;
    let updated = if shape.updated > 0 {
        format!(", {} updated", shape.updated)
    } else {
        String::new()
    };
    text.line(format_args!(
        "\n{}",
        summary(shape.passed, left, ran.len(), &updated)
    ));
    if left > 0 && !arguments.update {
        text.line(format_args!(
            "{}",
            paint(
                FAINT,
                "--update writes what came of them as what is expected from now on"
            )
        ));
    }
    let exit = if left > 0 {
        Exit::Failed
    } else {
        Exit::Success
    };
    Ok(Answer::new(exit, text, &shape))
}

/// Runs the cases that are wanted, in order, until it is to stop.
pub(super) fn run_cases(
    migration: &Migration,
    arguments: &TestArguments,
    stop: &dyn Fn() -> bool,
) -> Result<Vec<Ran>, Report> {
    let runner = CaseRunner::new(migration);
    let mut all = Vec::new();
    for path in runner.files()? {
        let file = runner.read(&path)?;
        let wanted = |name: &str| {
            arguments
                .case
                .as_ref()
                .is_none_or(|part| name.contains(part.as_str()))
        };
        let mut updates = Vec::new();
        for (position, case) in file
            .cases
            .iter()
            .enumerate()
            .filter(|(_, case)| wanted(&case.name))
        {
            if stop() {
                return Ok(all);
            }
            let report = runner.run(case)?;
            let update = report
                .observed
                .clone()
                .filter(|_| arguments.update && report.verdict != CaseVerdict::Passed);
            all.push(Ran {
                path: path.clone(),
                report,
                updated: update.is_some(),
                wavering: wavering(migration, case)?,
            });
            updates.extend(update.map(|expectation| (position, expectation)));
        }
        if !updates.is_empty() {
            write(&path, &file, &updates)?;
        }
    }
    if all.is_empty() {
        return Err(nothing_to_run(
            arguments,
            &super::manifest_of(&arguments.manifest),
        ));
    }
    Ok(all)
}

/// Says in a line how many cases there were.
pub(super) fn summary(passed: u64, failed: u64, all: usize, updated: &str) -> String {
    let cases = count(all as u64, "case");
    let style = if failed > 0 { BAD } else { GOOD };
    let counts = format!("{cases}, {passed} passed, {failed} failed{updated}");
    paint(style, counts)
}

/// Finds the records of a case that depend on what the transform was given before.
fn wavering(migration: &Migration, case: &Case) -> Result<Vec<String>, Report> {
    let found = remold::wavering(migration, case)?;
    Ok(found.iter().map(|record| escape(&record.key)).collect())
}

/// Warns of records that depend on what the transform was given before: below the line of their case.
fn warn(wavering: &[String], text: &mut String) {
    if wavering.is_empty() {
        return;
    }
    let keys = wavering.join(", ");
    let warning = format!(
        "{keys}: comes out otherwise when it is transformed again, alone and in another order: the transform keeps \
         something from one record to the next, or depends on its batch. What a run makes of it is then a matter of chance"
    );
    let warning = wrap(&warning, 14);
    text.line(format_args!(
        "        {}",
        paint(NOTE, format!("note: {warning}"))
    ));
}

/// Makes the document.
pub(super) fn shape(migration: &str, ran: &[Ran]) -> TestShape {
    let mut shape = TestShape {
        migration: migration.to_owned(),
        passed: 0,
        failed: 0,
        updated: 0,
        cases: Vec::new(),
    };
    ran.iter().for_each(|case| shape.count(case));
    shape
}

fn nothing_to_run(arguments: &TestArguments, manifest: &Path) -> Report {
    let folder = manifest.parent().unwrap_or(Path::new("")).join("cases");
    match &arguments.case {
        Some(part) => Report::new(
            Exit::Failed,
            "no-cases",
            format!("no case has {part:?} in its name"),
        ),
        None => Report::new(
            Exit::Failed,
            "no-cases",
            format!("there are no cases in {}", folder.display()),
        )
        .hint("a file of cases is cases/NAME.yaml beside the manifest"),
    }
}

fn write(
    path: &Path,
    file: &remold::manifest::cases::CaseFile,
    updates: &[(usize, Expectation)],
) -> Result<(), Report> {
    let text = file.with_expectations(updates)?;
    // Whole or not at all: a file of cases is somebody's work.
    let scratch = path.with_extension("yaml.new");
    let written = std::fs::write(&scratch, text).and_then(|()| std::fs::rename(&scratch, path));
    written.map_err(|error| Report::file(path, &error))
}

fn show(path: &str, report: &CaseReport, updated: bool, text: &mut String) {
    let place = paint(FAINT, format!("{path}:{}", report.line));
    let CaseVerdict::Failed(problems) = &report.verdict else {
        text.line(format_args!(
            "{}  {}  {place}",
            paint(GOOD, "ok    "),
            report.name
        ));
        return;
    };
    let word = if updated {
        paint(NOTE, "update")
    } else {
        paint(BAD, "FAILED")
    };
    text.line(format_args!("{word}  {}  {place}", report.name));
    problems
        .iter()
        .for_each(|problem| text.push_str(&described(problem)));
}

/// Writes what is wrong, below the line of its case.
pub(super) fn described(problem: &CaseProblem) -> String {
    let mut text = match &problem.key {
        Some(key) => format!("        {} {}\n", escape(key), problem.message),
        None => return format!("        {}\n", problem.message),
    };
    if let Some(records) = &problem.records {
        let (expected, found) = records.as_ref();
        let legend = format!("{} {}", paint(BAD, "- expected"), paint(GOOD, "+ found"));
        text.put(format_args!("          {legend}\n"));
        let lines = diff::between(expected, found);
        lines
            .lines()
            .for_each(|line| text.put(format_args!("        {line}\n")));
        return text;
    }
    let diff = TextDiff::from_lines(problem.expected.as_str(), problem.found.as_str());
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end_matches('\n');
        let line = match change.tag() {
            ChangeTag::Delete => paint(BAD, format!("- {line}")),
            ChangeTag::Insert => paint(GOOD, format!("+ {line}")),
            ChangeTag::Equal => paint(FAINT, format!("  {line}")),
        };
        text.line(format_args!("          {line}"));
    }
    text
}

impl TestShape {
    fn count(&mut self, ran: &Ran) {
        let problems = match &ran.report.verdict {
            CaseVerdict::Passed => &[][..],
            CaseVerdict::Failed(problems) => problems,
        };
        let passed = problems.is_empty();
        *(if passed {
            &mut self.passed
        } else {
            &mut self.failed
        }) += 1;
        self.updated += u64::from(ran.updated);
        let problem = |problem: &CaseProblem| ProblemShape {
            key: problem.key.as_ref().map(|key| escape(key)),
            message: problem.message.clone(),
            expected: problem.expected.clone(),
            found: problem.found.clone(),
        };
        self.cases.push(CaseShape {
            file: ran.path.display().to_string(),
            line: ran.report.line,
            name: ran.report.name.clone(),
            passed,
            wavering: ran.wavering.clone(),
            updated: ran.updated,
            problems: problems.iter().map(problem).collect(),
        });
    }
}
