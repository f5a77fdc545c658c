//! `remold test`: the fixtures beside a manifest, in memory.

use std::path::Path;

use remold::manifest::cases::Expectation;
use remold::{CaseProblem, CaseReport, CaseRunner, CaseVerdict, escape};
use similar::{ChangeTag, TextDiff};

use super::Answer;
use crate::arguments::TestArguments;
use crate::diff;
use crate::exit::Exit;
use crate::figures::count;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::migration::{CaseShape, ProblemShape, TestShape};
use crate::style::{BAD, FAINT, GOOD, NOTE, paint};

/// Runs the cases.
pub(super) fn test(arguments: &TestArguments) -> Result<Answer, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let migration = super::load(&manifest)?;
    let runner = CaseRunner::new(&migration);
    let mut shape = TestShape {
        migration: migration.name().to_owned(),
        passed: 0,
        failed: 0,
        updated: 0,
        cases: Vec::new(),
    };
    let mut text = String::new();
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
            let report = runner.run(case)?;
            let update = report
                .observed
                .clone()
                .filter(|_| arguments.update && report.verdict != CaseVerdict::Passed);
            show(&path, &report, update.is_some(), &mut text);
            shape.count(&path, report, update.is_some());
            updates.extend(update.map(|expectation| (position, expectation)));
        }
        if !updates.is_empty() {
            write(&path, &file, &updates)?;
        }
    }
    if shape.cases.is_empty() {
        return Err(nothing_to_run(arguments, &manifest));
    }
    let left = shape.failed - shape.updated;
    let summary = format!(
        "{}, {} passed, {} failed",
        count(shape.cases.len() as u64, "case"),
        shape.passed,
        left
    );
    let updated = if shape.updated > 0 {
        format!(", {} updated", shape.updated)
    } else {
        String::new()
    };
    text.line(format_args!(
        "\n{}",
        paint(
            if left > 0 { BAD } else { GOOD },
            format!("{summary}{updated}")
        )
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

fn show(path: &Path, report: &CaseReport, updated: bool, text: &mut String) {
    let place = paint(FAINT, format!("{}:{}", path.display(), report.line));
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

fn described(problem: &CaseProblem) -> String {
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
    fn count(&mut self, path: &Path, report: CaseReport, updated: bool) {
        let problems = match report.verdict {
            CaseVerdict::Passed => Vec::new(),
            CaseVerdict::Failed(problems) => problems,
        };
        let passed = problems.is_empty();
        *(if passed {
            &mut self.passed
        } else {
            &mut self.failed
        }) += 1;
        self.updated += u64::from(updated);
        let problem = |problem: CaseProblem| ProblemShape {
            key: problem.key.map(|key| escape(&key)),
            message: problem.message,
            expected: problem.expected,
            found: problem.found,
        };
        self.cases.push(CaseShape {
            file: path.display().to_string(),
            line: report.line,
            name: report.name,
            passed,
            updated,
            problems: problems.into_iter().map(problem).collect(),
        });
    }
}
