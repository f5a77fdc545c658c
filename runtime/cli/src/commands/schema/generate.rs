//! `remold schema generate`: the beginning of a migration between two versions.

use remold::schema::{Generated, ScriptLanguage, generate};
use remold_toolchain::{Language, ScaffoldError, scaffold_around, scaffold_files};

use super::{Answer, place};
use crate::arguments::{GenerateArguments, VersionOrFile, shell_word};
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::generate::GenerateShape;
use crate::style::{FAINT, GOOD, NOTE, paint};

/// Begins a migration.
pub(super) fn begin(arguments: &GenerateArguments) -> Result<Answer, Report> {
    let language = match arguments.lang {
        Language::Rhai => ScriptLanguage::Rhai,
        Language::Rust => ScriptLanguage::Rust,
        Language::JavaScript => ScriptLanguage::JavaScript,
        Language::Python => ScriptLanguage::Python,
        Language::Go => ScriptLanguage::Go,
        Language::C | Language::AssemblyScript | Language::Zig => {
            return Err(Report::usage(
                &format!(
                    "migrations are begun in rhai, rust, js, python and go, not in {}",
                    arguments.lang
                ),
                &["`remold new --lang` begins an empty one in c"],
            ));
        }
    };
    let is_named = |what: &VersionOrFile| matches!(what, VersionOrFile::Version(..));
    let asks =
        is_named(&arguments.old) || is_named(&arguments.new) || arguments.place.registry.is_some();
    let documents = if asks {
        Some(place::documents(&arguments.place)?)
    } else {
        None
    };
    let old = place::definition(&arguments.old, documents.as_ref())?;
    let new = place::definition(&arguments.new, documents.as_ref())?;
    if old.subject() != new.subject() {
        return Err(Report::usage(
            &format!(
                "{} and {} are two subjects: a migration is between versions of one",
                old.subject(),
                new.subject()
            ),
            &[],
        ));
    }
    if old.version() == new.version() {
        return Err(Report::usage(
            &format!("both are {} {}", old.subject(), old.version()),
            &["give the new document another version"],
        ));
    }
    let name = format!("{}-{}", new.subject(), new.version()).replace('.', "-");
    let name = if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name
    } else {
        format!("to-{name}")
    };
    let generated = generate(&name, &old, &new, language);
    let written = match arguments.lang {
        Language::Rhai => scaffold_files(&name, &arguments.out, &generated.files),
        lang => scaffold_around(lang, &name, &arguments.out, &generated.files),
    };
    let written = written.map_err(|error| {
        let message = error.to_string();
        match error {
            ScaffoldError::NotEmpty(_) => Report::new(Exit::Refused, "target-exists", message)
                .hint("choose another folder with --out"),
            _ => Report::new(Exit::Failed, "file", message),
        }
    })?;
    let shape = GenerateShape {
        folder: arguments.out.display().to_string(),
        files: written
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        todos: generated.todos.clone(),
        reverts: generated.reverts,
    };
    Ok(Answer::new(
        Exit::Success,
        text(&shape, &generated, arguments.lang),
        &shape,
    ))
}

fn text(shape: &GenerateShape, generated: &Generated, language: Language) -> String {
    let mut text = format!("{} {}\n", paint(GOOD, "new"), shape.folder);
    for file in &shape.files {
        text.line(format_args!("    {file}"));
    }
    for todo in &generated.todos {
        text.line(format_args!(
            "{}: {}",
            paint(NOTE, "to do"),
            remold::escape(todo.as_bytes())
        ));
    }
    if !generated.reverts {
        let note = "the script has no way back; a rollback still puts back what the journal holds";
        text.line(format_args!("{}: {note}", paint(NOTE, "note")));
    }
    let place = shell_word(&shape.folder);
    text.line(format_args!("{}", paint(FAINT, "next:")));
    if language != Language::Rhai {
        text.line(format_args!("    remold build {place}"));
    }
    text.line(format_args!("    remold check {place}"));
    text.line(format_args!("    remold test {place}"));
    text
}
