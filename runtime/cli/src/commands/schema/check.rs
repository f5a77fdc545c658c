//! `remold schema check`: whether a registry would take documents, and why not. Nothing is written.

use remold::schema::Judgement;
use remold::{Documents, Exchange, PlannedEntry};

use super::super::Answer;
use super::comparison::{self, code, plain};
use super::exchange::{Words, entries, in_order, planned, refusals, refused};
use super::place;
use crate::arguments::CheckSchemaArguments;
use crate::exit::Exit;
use crate::paragraph::{Put, wrap};
use crate::report::Report;
use crate::shapes::schema::comparison::{
    CheckedShape, SchemaCheckShape, SchemaComparisonShape, SinceShape,
};
use crate::style::{BAD, GOOD, paint};

const TAKEN: &str = "the registry would take them";
const NOTHING: &str = "the registry has all of it";
const REFUSED: &str = "the registry would not take them";

/// Checks documents.
pub(super) fn check(arguments: &CheckSchemaArguments) -> Result<Answer, Report> {
    let registry = place::documents(&arguments.place)?;
    let documents = Documents::beside(&registry, &arguments.paths)?;
    let mut exchange = Exchange::plan(&documents, &registry)?;
    let refusals = refusals(&mut exchange, &documents, &registry);
    let exit = if refusals.is_empty() {
        Exit::Success
    } else {
        Exit::Failed
    };
    let text = if arguments.markdown {
        markdown(&exchange, &refusals)
    } else {
        text(&exchange, &refusals, &registry)
    };
    let shape = SchemaCheckShape {
        taken: refusals.is_empty(),
        entries: exchange
            .entries
            .iter()
            .map(|entry| checked(&exchange, entry))
            .collect(),
        refusals: refusals.iter().map(Report::to_shape).collect(),
    };
    Ok(Answer::new(exit, text, &shape))
}

fn text(exchange: &Exchange, found: &[Report], registry: &Documents) -> String {
    let mut text = entries(exchange, registry, &Words::REGISTER);
    if exchange
        .judgements
        .iter()
        .any(|(_, judgement)| judgement.last().is_some())
    {
        text.push('\n');
    }
    for (name, judgement) in &exchange.judgements {
        if let Some((since, comparison)) = judgement.last() {
            let (subject, version) = parts(name);
            let brief = comparison::brief(comparison, since, &version);
            let line = format!("{subject} {since} → {version}: {brief}");
            text.line(format_args!("  {}", wrap(&line, 4)));
        }
    }
    text.push('\n');
    text.push_str(&refused(found));
    let end = end(exchange, found);
    let style = if found.is_empty() { GOOD } else { BAD };
    text.line(format_args!("{}", paint(style, end)));
    text
}

fn end(exchange: &Exchange, refusals: &[Report]) -> &'static str {
    match (refusals.is_empty(), exchange.is_nothing()) {
        (false, _) => REFUSED,
        (true, true) => NOTHING,
        (true, false) => TAKEN,
    }
}

fn markdown(exchange: &Exchange, refusals: &[Report]) -> String {
    let mut text = format!("**{}**\n\n", end(exchange, refusals));
    text.push_str("| | document | file |\n|---|---|---|\n");
    for entry in in_order(&exchange.entries) {
        let registration = &entry.entry.registration;
        text.line(format_args!(
            "| {} | {} | {} |",
            Words::REGISTER.of(planned(entry)),
            code(&registration.name),
            code(&entry.entry.origin)
        ));
    }
    for refusal in refusals.iter().map(Report::to_shape) {
        text.push('\n');
        for detail in &refusal.details {
            let place = format!("{}:{}", detail.file, detail.line);
            text.line(format_args!(
                "- {}: **{}**",
                code(&place),
                plain(&detail.message)
            ));
            for hint in &detail.hints {
                text.line(format_args!("  *{}*", plain(hint)));
            }
        }
        if refusal.details.is_empty() {
            text.line(format_args!("- **{}**", plain(&refusal.message)));
        }
    }
    for (name, judgement) in &exchange.judgements {
        if let Some((since, comparison)) = judgement.last() {
            let (subject, version) = parts(name);
            text.push('\n');
            text.push_str(&comparison::heading(&subject, since, &version));
            text.push_str(&comparison::markdown(comparison, since, &version));
        }
    }
    text
}

fn checked(exchange: &Exchange, entry: &PlannedEntry) -> CheckedShape {
    let name = &entry.entry.registration.name;
    let judged = exchange
        .judgements
        .iter()
        .find(|(judged, _)| judged == name);
    let judgement = judged.map(|(_, judgement)| judgement);
    let (_, version) = parts(name);
    let since = |judgement: &Judgement| {
        let since = judgement.since.iter();
        let since = since.map(|(since, comparison)| SinceShape {
            version: since.to_string(),
            comparison: SchemaComparisonShape::new(comparison, since, &version),
        });
        since.collect()
    };
    let refused_for = |judgement: &Judgement| {
        let refusals = judgement.refusals.iter();
        refusals.map(|refusal| refusal.code().to_owned()).collect()
    };
    CheckedShape {
        name: name.clone(),
        planned: planned(entry),
        origin: entry.entry.origin.clone(),
        since: judgement.map_or_else(Vec::new, since),
        refused_for: judgement.map_or_else(Vec::new, refused_for),
    }
}

/// Takes the name of a schema apart: its subject, and its version.
fn parts(name: &str) -> (String, remold::manifest::Version) {
    let mut parts = name.split('/').skip(1);
    let subject = parts.next().unwrap_or_default().to_owned();
    let version = parts.next().and_then(|version| version.parse().ok());
    (
        subject,
        version.unwrap_or(remold::manifest::Version::new(0, 0, 0)),
    )
}
