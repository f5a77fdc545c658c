//! `remold schema path`: the ways from the versions of a subject to one of them, and what is missing for one.

use remold::manifest::Version;
use remold::schema::{MissingEdge, Route, Routes};

use super::super::Answer;
use super::{list, place};
use crate::arguments::PathArguments;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::schema::route::{MissingEdgeShape, PathShape, RouteShape};
use crate::style::{BAD, BOLD, FAINT, GOOD, NAME, paint};

/// Shows ways.
pub(super) fn path(arguments: &PathArguments) -> Result<Answer, Report> {
    let documents = place::documents(&arguments.place)?;
    let name = &arguments.subject;
    let versions = place::subject(&documents, name)?;
    let to = match &arguments.to {
        Some(to) => place::version(&documents, name, to)?.version(),
        None => versions
            .newest()
            .expect("a subject has a version")
            .version(),
    };
    if let Some(from) = &arguments.from {
        place::version(&documents, name, from)?;
    }
    let Routes { ways, missing, .. } = documents.registry().routes(name, to);
    let is_asked = |version: &Version| arguments.from.as_ref().is_none_or(|from| from == version);
    let asked: Vec<&Version> = versions
        .iter()
        .map(|one| one.version())
        .filter(|version| is_asked(version))
        .collect();
    let missing: Vec<&MissingEdge> = missing
        .iter()
        .filter(|gap| is_asked(&gap.version))
        .collect();
    let exit = if arguments.from.is_some() && !missing.is_empty() {
        Exit::Failed
    } else {
        Exit::Success
    };
    let wide = asked.iter().map(|version| version.to_string().len()).max();
    let wide = wide.unwrap_or_default();
    let mut text = format!("{}\n", paint(BOLD, format!("{name} to {to}")));
    for version in &asked {
        let gap = missing.iter().find(|gap| gap.version == **version);
        let says = match (ways.get(version), gap) {
            (Some(way), _) => steps(way),
            (None, Some(gap)) => no_way(gap, to),
            (None, None) => paint(GOOD, "is there"),
        };
        text.line(format_args!("  {:<wide$}  {says}", version.to_string()));
    }
    let shape = PathShape {
        subject: name.clone(),
        to: to.to_string(),
        ways: asked
            .iter()
            .filter(|version| !missing.iter().any(|gap| gap.version == ***version))
            .map(|version| RouteShape {
                from: version.to_string(),
                steps: ways
                    .get(version)
                    .map_or_else(Vec::new, |way| way.edges.iter().map(list::edge).collect()),
            })
            .collect(),
        missing: missing
            .iter()
            .map(|gap| MissingEdgeShape {
                version: gap.version.to_string(),
                from: gap.from.to_string(),
                to: gap.to.to_string(),
            })
            .collect(),
    };
    Ok(Answer::new(exit, text, &shape))
}

/// Writes a way step by step: `─ add-email → 1.1.0 ─ split-name → 2.0.0`.
fn steps(way: &Route) -> String {
    let step = |edge: &remold::schema::Edge| {
        format!(
            "{} {} {} {}",
            paint(FAINT, "─"),
            paint(NAME, &edge.migration),
            paint(FAINT, "→"),
            edge.to
        )
    };
    let steps: Vec<String> = way.edges.iter().map(step).collect();
    steps.join(" ")
}

fn no_way(gap: &MissingEdge, target: &Version) -> String {
    let MissingEdge { version, from, to } = gap;
    let no_way = paint(BAD, "no way");
    if from == version && to == target {
        return format!("{no_way}: no migration leads from {from} to {to}");
    }
    format!("{no_way}: a migration from {from} to {to} would make one")
}
