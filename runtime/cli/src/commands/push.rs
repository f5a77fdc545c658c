//! `remold push`: a component to an OCI registry.

use std::collections::BTreeMap;

use remold::{ArtifactReference, CheckedComponent, UploadOptions};

use super::{Answer, pin};
use crate::arguments::PushArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::registries;
use crate::report::Report;
use crate::shapes::artifact::PushShape;
use crate::style::{FAINT, GOOD, paint};

const TITLE: &str = "org.opencontainers.image.title";
const VERSION: &str = "org.opencontainers.image.version";

/// Pushes a component.
pub(super) fn push(arguments: &PushArguments) -> Result<Answer, Report> {
    let source = super::manifest_of(&arguments.source);
    let component = remold::load_component(&source)?;
    let reference = &arguments.reference;
    let registries = registries::for_command(&arguments.registry, reference);
    let options = UploadOptions {
        annotations: annotations(arguments, &component),
        created: created()?,
        replace: arguments.replace,
    };
    let pushed = remold::push(&registries, reference, &component, options)?;
    let shape = PushShape {
        reference: reference.to_string(),
        digest: pushed.digest.to_string(),
        component: pushed.component.to_string(),
        bytes: component.bytes().len() as u64,
        transform: pin::kind(&component).to_owned(),
        reversible: component.exports.revert,
        was_there: pushed.was_there,
        manifest: pin::lines(reference, &pushed.digest),
    };
    let did = if shape.was_there {
        "was there"
    } else {
        "pushed"
    };
    let mut text = format!(
        "{} {}: {}, {}\n",
        paint(GOOD, did),
        shape.reference,
        pin::describe(&component),
        figures::bytes(shape.bytes)
    );
    text.line(format_args!(
        "{}",
        paint(FAINT, format!("   digest {}", shape.digest))
    ));
    text.line(format_args!("{}", paint(FAINT, "in a manifest's spec:")));
    text.push_str(&pin::indented(&shape.manifest));
    text.line(format_args!("{}", paint(FAINT, "to sign it:")));
    text.line(format_args!(
        "    cosign sign --key cosign.key {}",
        by_digest(reference, &shape.digest)
    ));
    Ok(Answer::new(Exit::Success, text, &shape))
}

/// Writes an artifact's name by its digest alone, which is what is signed.
fn by_digest(reference: &ArtifactReference, digest: &str) -> String {
    format!(
        "{}/{}@{digest}",
        reference.registry(),
        reference.repository()
    )
}

/// Says of a component what it is called and which version it is, unless other things are to be said.
fn annotations(
    arguments: &PushArguments,
    component: &CheckedComponent,
) -> BTreeMap<String, String> {
    let title = Some(component.title.clone());
    let version = arguments.reference.tag().map(str::to_owned);
    let by_default = [(TITLE, title), (VERSION, version)];
    let by_default = by_default
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let given = arguments.annotation.iter();
    let given = given.map(|annotation| (annotation.name.clone(), annotation.value.clone()));
    let mut all: BTreeMap<String, String> = by_default.chain(given).collect();
    // An empty one says nothing.
    all.retain(|_, value| !value.is_empty());
    all
}

/// Finds out when the component was made: <https://reproducible-builds.org/specs/source-date-epoch/>.
fn created() -> Result<Option<String>, Report> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    let seconds: Option<i64> = text.parse().ok();
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match time {
        Some(time) => Ok(Some(time.to_string())),
        None => Err(Report::usage(
            &format!("SOURCE_DATE_EPOCH is `{text}`, which is no time"),
            &["it is a number of seconds since the beginning of 1970"],
        )),
    }
}
