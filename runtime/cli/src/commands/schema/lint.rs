//! `remold schema lint`: everything that is wrong with documents, and what is worth a look.

use remold::schema::Lint;
use remold::{Documents, Error};

use super::super::Answer;
use crate::arguments::LintArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::{Put, wrap};
use crate::report::{Report, detail};
use crate::shapes::schema::lint::{LintShape, WarningShape};
use crate::style::{FAINT, GOOD, NAME, NOTE, paint};

/// Reads documents.
pub(super) fn lint(arguments: &LintArguments) -> Result<Answer, Report> {
    let (documents, errors) = Documents::gather_beside(&Documents::default(), &arguments.paths)?;
    let mut lints = documents.registry().lint();
    let place = |lint: &Lint| {
        lint.at
            .as_ref()
            .map(|at| (at.file.clone(), at.line, at.column))
    };
    lints.sort_by(|one, other| {
        place(one)
            .cmp(&place(other))
            .then(one.kind.cmp(&other.kind))
    });
    let found = found(&documents, errors);
    let exit = if found.errors.is_empty() {
        Exit::Success
    } else {
        Exit::Failed
    };
    let shape = LintShape {
        schemas: found.schemas,
        migrations: found.migrations,
        errors: found.errors.iter().map(Report::to_shape).collect(),
        warnings: lints.iter().map(warning).collect(),
    };
    Ok(Answer::new(exit, text(&found, &lints), &shape))
}

struct Found {
    schemas: u64,
    migrations: u64,
    errors: Vec<Report>,
}

fn found(documents: &Documents, errors: Vec<Error>) -> Found {
    let of = |kind: &str| {
        let names = documents
            .entries()
            .map(|entry| entry.registration.name.as_str());
        let own = names.filter(|name| name.starts_with(kind) && name.split('/').count() == 3);
        own.count() as u64
    };
    Found {
        schemas: of("schema/"),
        migrations: of("migration/"),
        errors: errors.into_iter().map(Report::from).collect(),
    }
}

fn text(found: &Found, lints: &[Lint]) -> String {
    let mut text = String::new();
    for error in &found.errors {
        text.line(format_args!("{}", error.to_text()));
    }
    for lint in lints {
        text.line(format_args!(
            "{}{}",
            paint(NOTE, "warning: "),
            wrap(&lint.message, 9)
        ));
        if let Some(at) = &lint.at {
            let place = format!("{}:{}:{}", at.file, at.line, at.column);
            text.line(format_args!(
                "  {} {}",
                paint(FAINT, "-->"),
                paint(NAME, place)
            ));
        }
        text.line(format_args!(
            "  {} {}",
            paint(FAINT, "="),
            wrap(&lint.hint, 4)
        ));
    }
    if !lints.is_empty() {
        text.push('\n');
    }
    let read = format!(
        "{}, {}",
        figures::count(found.schemas, "schema"),
        figures::count(found.migrations, "migration")
    );
    let problems: u64 = found
        .errors
        .iter()
        .map(|error| error.details.len().max(1) as u64)
        .sum();
    let warnings = figures::count(lints.len() as u64, "warning");
    match (problems, lints.is_empty()) {
        (0, true) => text.line(format_args!("{} {read}", paint(GOOD, "all right:"))),
        (0, false) => text.line(format_args!("{read}: {warnings}")),
        (problems, true) => text.line(format_args!(
            "{read}: {}",
            figures::count(problems, "error")
        )),
        (problems, false) => text.line(format_args!(
            "{read}: {}, {warnings}",
            figures::count(problems, "error")
        )),
    }
    text
}

fn warning(lint: &Lint) -> WarningShape {
    WarningShape {
        code: lint.kind.code().to_owned(),
        subject: lint.subject.clone(),
        message: lint.message.clone(),
        hint: lint.hint.clone(),
        place: lint.at.as_ref().map(|at| {
            // At its place it has the word of what it was made of.
            let code = lint.kind.code().to_owned();
            crate::shapes::error::ErrorDetail { code, ..detail(at) }
        }),
    }
}
