//! Looking at a target's keys, all or a sample, without touching them: which shapes they have, and at which registered versions
//! they are.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use remold_engine::browse::now_ms;
use remold_engine::port::{Drift, Happening};
use remold_engine::{Browse, Browsed, Control, Observer, browse};
use remold_host_api::{Entry, Pattern, StreamId};
use remold_schema::infer::{Inference, Inferred, Options};
use remold_schema::{Look, Registry, Seen};

use crate::error::Error;
use crate::follow::{Follower, Met};
use crate::open;
use crate::target::Target;

/// For so long a server that does not answer is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which keys are looked at.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Keys that match.
    pub pattern: Pattern,
    /// So many of them only, drawn by their hashes: of the same keys the same each time.
    pub sample: Option<u64>,
    /// Values of more bytes are counted and not read.
    pub max_bytes: u64,
}

impl Default for Survey {
    /// All keys with values of up to 16 MiB.
    fn default() -> Self {
        Self {
            pattern: Pattern::new("*"),
            sample: None,
            max_bytes: 16 << 20,
        }
    }
}

/// Proposes schemas for what is there. A stop gives what was seen until then.
pub fn infer(
    target: &Target,
    survey: &Survey,
    options: Options,
    control: &Control,
    observer: &dyn Observer,
) -> Result<(Inferred, Browsed), Error> {
    let now = now_ms();
    let (parts, browsed) = walk(
        target,
        survey,
        control,
        observer,
        || Inference::new(options),
        |inference, entry| inference.observe_entry(entry, now),
    )?;
    let mut all = Inference::new(options);
    parts.into_iter().for_each(|part| all.merge(part));
    Ok((all.finish(), browsed))
}

/// Counts which keys are at which version. With a subject, keys of the others are not counted. A stop gives what was seen
/// until then.
pub fn look(
    target: &Target,
    survey: &Survey,
    registry: &Registry,
    subject: Option<&str>,
    control: &Control,
    observer: &dyn Observer,
) -> Result<(Look, Browsed), Error> {
    let now = now_ms();
    let is_wanted = |key: &[u8]| {
        let of = |name: &str| {
            registry
                .subject_of(key)
                .is_some_and(|(found, _)| found == name)
        };
        subject.is_none_or(of)
    };
    let (parts, browsed) = walk(
        target,
        survey,
        control,
        observer,
        Look::default,
        |look, entry| {
            if is_wanted(&entry.key) {
                let seen = Seen {
                    key: &entry.key,
                    value: &entry.value,
                    expires_at: entry.expires_at,
                };
                look.observe(registry, seen, now);
            }
        },
    )?;
    let mut all = Look::default();
    parts.into_iter().for_each(|part| all.merge(part));
    Ok((all, browsed))
}

/// Reads what a target's change stream tells of the last look at each subject.
pub fn last_drifts(target: &Target) -> Result<BTreeMap<String, (u64, Drift)>, Error> {
    let mut last = BTreeMap::new();
    let mut follower = Follower::open(target)?;
    follower.walk(StreamId::default(), |met| {
        if let Met::Event(event) = met
            && let Happening::Drift(drift) = event.happening
        {
            last.insert(drift.subject.clone(), (event.at, drift));
        }
        true
    })?;
    Ok(last)
}

/// Reads a look that was kept; `None` if there is no such file.
pub fn read_look(path: &Path) -> Result<Option<Look>, Error> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let text = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(failed)?,
    };
    let look = serde_json::from_slice(&text).map_err(|error| {
        let message = format!("this is no look that was kept: {error}");
        failed(io::Error::new(io::ErrorKind::InvalidData, message))
    })?;
    Ok(Some(look))
}

/// Keeps a look, as a whole or not at all.
pub fn write_look(path: &Path, look: &Look) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let text = serde_json::to_string_pretty(look).expect("a look holds nothing that JSON cannot");
    writeln!(file, "{text}")
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn walk<V: Send>(
    target: &Target,
    survey: &Survey,
    control: &Control,
    observer: &dyn Observer,
    make: impl Fn() -> V,
    view: impl Fn(&mut V, &Entry) + Sync,
) -> Result<(Vec<V>, Browsed), Error> {
    let source = open::source(target)?;
    let what = Browse {
        pattern: survey.pattern.clone(),
        reserved_prefix: open::reserved_prefix(target),
        sample: survey.sample,
        max_bytes: survey.max_bytes,
        patience: PATIENCE,
    };
    Ok(browse(
        source.as_ref(),
        &what,
        control,
        observer,
        make,
        view,
    )?)
}
