//! `remold pull`: a component from an OCI registry.

use std::fs;
use std::path::Path;

use remold::{ArtifactError, PublicKey};

use super::{Answer, pin};
use crate::arguments::PullArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::registries;
use crate::report::Report;
use crate::shapes::artifact::PullShape;
use crate::style::{FAINT, GOOD, paint};

/// Pulls a component.
pub(super) fn pull(arguments: &PullArguments) -> Result<Answer, Report> {
    let reference = &arguments.reference;
    if reference.tag().is_none() && reference.digest().is_none() {
        return Err(Report::usage(
            &format!("{reference} has neither tag nor digest"),
            &["write REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST"],
        ));
    }
    let key = arguments.key.as_deref().map(|file| key(arguments, file));
    let key = key.transpose()?;
    let registries = registries::for_command(&arguments.registry, reference);
    let (pulled, component) = remold::pull(&registries, reference, key.as_ref())?;
    if let Some(file) = &arguments.into {
        write(file, &pulled.bytes, arguments.yes)?;
    }
    let shape = PullShape {
        reference: reference.to_string(),
        digest: pulled.digest.to_string(),
        bytes: pulled.bytes.len() as u64,
        transform: pin::kind(&component).to_owned(),
        reversible: component.exports.revert,
        signed: key.is_some(),
        from_cache: pulled.from_cache,
        annotations: pulled.annotations,
        file: arguments
            .into
            .as_ref()
            .map(|file| file.display().to_string()),
        manifest: pin::lines(reference, &pulled.digest),
    };
    let signed = if shape.signed {
        ", signed by the key"
    } else {
        ""
    };
    let mut text = format!(
        "{} {}: {}, {}{signed}\n",
        paint(GOOD, "pulled"),
        shape.reference,
        pin::describe(&component),
        figures::bytes(shape.bytes)
    );
    text.line(format_args!(
        "{}",
        paint(FAINT, format!("   digest {}", shape.digest))
    ));
    if let Some(file) = &shape.file {
        text.line(format_args!("{}", paint(FAINT, format!("   into {file}"))));
    }
    text.line(format_args!("{}", paint(FAINT, "in a manifest's spec:")));
    text.push_str(&pin::indented(&shape.manifest));
    Ok(Answer::new(Exit::Success, text, &shape))
}

fn key(arguments: &PullArguments, file: &Path) -> Result<PublicKey, Report> {
    let text = fs::read_to_string(file).map_err(|error| Report::file(file, &error))?;
    PublicKey::from_pem(&text).map_err(|problem| {
        let reference = arguments.reference.to_string();
        remold::Error::from(ArtifactError { reference, problem }).into()
    })
}

/// Writes a file whole or not at all.
fn write(file: &Path, bytes: &[u8], replace: bool) -> Result<(), Report> {
    let failed = |error: std::io::Error| Report::file(file, &error);
    match fs::read(file) {
        Ok(present) if present == bytes => return Ok(()),
        Ok(_) if !replace => {
            let message = format!("{} exists, and is something else", file.display());
            let report = Report::new(Exit::Refused, "target-exists", message);
            return Err(report.hint("--yes replaces it; --into names another file"));
        }
        _ => {}
    }
    let mut fresh = file.as_os_str().to_owned();
    fresh.push(format!(".{}.new", std::process::id()));
    let fresh = Path::new(&fresh);
    fs::write(fresh, bytes)
        .and_then(|()| fs::rename(fresh, file))
        .map_err(|error| {
            drop(fs::remove_file(fresh));
            failed(error)
        })
}
