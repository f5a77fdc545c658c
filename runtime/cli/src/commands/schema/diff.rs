//! `remold schema diff`: what changed from one version to another, for whoever decides about it.

use std::sync::Arc;

use remold::Documents;
use remold::schema::compare::Mode;
use remold::schema::{Definition, address, compare_definitions};

use super::super::Answer;
use super::{comparison, place};
use crate::arguments::{DiffArguments, ModeArgument, VersionOrFile};
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::schema::comparison::{DiffShape, SchemaComparisonShape};
use crate::style::{BOLD, paint};

/// Compares two versions.
pub(super) fn diff(arguments: &DiffArguments) -> Result<Answer, Report> {
    let (old, new, documents) = both(arguments)?;
    if old.subject() != new.subject() {
        let message = format!(
            "{} and {} are subjects of their own: versions of one subject are compared",
            old.subject(),
            new.subject()
        );
        return Err(Report::usage(&message, &[]));
    }
    let mode = match arguments.mode {
        Some(ModeArgument::Lenient) => Mode::Lenient,
        Some(ModeArgument::Strict) => Mode::Strict,
        None => new.spec().comparison,
    };
    let known = documents
        .as_ref()
        .map(|documents| documents.registry().references().clone());
    let mut references = known.unwrap_or_default();
    for one in [&old, &new] {
        references.insert(address(one.subject(), one.version()), one.json_schema());
    }
    let compared = compare_definitions(&old, &new, mode, &references).map_err(|error| {
        let name = format!("{}@{}", new.subject(), new.version());
        remold::Error::Comparison { name, error }
    })?;
    let (before, after) = (old.version(), new.version());
    let text = if arguments.markdown {
        let heading = comparison::heading(new.subject(), before, after);
        heading + comparison::markdown(&compared, before, after).as_str()
    } else {
        let heading = format!("{} {before} → {after}", new.subject());
        format!(
            "{}\n\n{}",
            paint(BOLD, heading),
            comparison::text(&compared, before, after)
        )
    };
    let exit = if arguments.exit_code && !compared.backward.holds() {
        Exit::Conflict
    } else {
        Exit::Success
    };
    let shape = DiffShape {
        subject: new.subject().to_owned(),
        old: before.to_string(),
        new: after.to_string(),
        comparison: SchemaComparisonShape::new(&compared, before, after),
    };
    Ok(Answer::new(exit, text, &shape))
}

type Both = (Arc<Definition>, Arc<Definition>, Option<Documents>);

/// Finds both versions. The registry is read only if one of them is in it, or refers to something in it.
fn both(arguments: &DiffArguments) -> Result<Both, Report> {
    let named = [&arguments.old, &arguments.new];
    let is_named = |what: &&VersionOrFile| matches!(what, VersionOrFile::Version(..));
    let find = |documents: Option<Documents>| {
        let old = place::definition(&arguments.old, documents.as_ref())?;
        let new = place::definition(&arguments.new, documents.as_ref())?;
        Ok((old, new, documents))
    };
    let place = &arguments.place;
    let is_there = place.registry.is_some() || place.target.is_named();
    if !is_there {
        return find(None);
    }
    if named.iter().any(is_named) {
        return find(Some(place::documents(place)?));
    }
    match find(None) {
        Err(_) => find(Some(place::documents(place)?)),
        found => found,
    }
}
