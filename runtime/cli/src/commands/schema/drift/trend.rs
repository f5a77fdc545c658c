//! What was found before, and what is different since then.

use std::collections::{BTreeMap, BTreeSet};

use remold::schema::Look;
use remold::{Drift, Target};

use crate::arguments::DriftArguments;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::drift::TrendShape;
use crate::style::{BAD, BOLD, FAINT, NOTE, paint};

/// So many differences are shown.
const SHOWN: usize = 20;

/// What was found before.
pub(super) enum Before {
    /// Nothing is known.
    Nothing,
    /// A file was kept.
    File(String, Box<Look>),
    /// The change stream tells of it, by subject.
    Told(BTreeMap<String, (u64, Drift)>),
}

impl Before {
    pub(super) fn read(arguments: &DriftArguments, target: &Target) -> Result<Self, Report> {
        if let Some(path) = &arguments.since {
            let name = path.display().to_string();
            let look = remold::read_look(path)?;
            return Ok(look.map_or(Self::Nothing, |look| Self::File(name, Box::new(look))));
        }
        let mut told = remold::last_drifts(target)?;
        if let Some(subject) = &arguments.subject {
            told.retain(|name, _| name == subject);
        }
        Ok(if told.is_empty() {
            Self::Nothing
        } else {
            Self::Told(told)
        })
    }

    /// Says where it is from.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::File(name, _) => Some(name.clone()),
            Self::Told(_) => Some("changes".to_owned()),
        }
    }

    /// Compares.
    pub(super) fn trend(&self, look: &Look) -> Vec<TrendShape> {
        match self {
            Self::Nothing => Vec::new(),
            Self::File(_, before) => look
                .since(before)
                .into_iter()
                .map(|trend| TrendShape {
                    subject: trend.subject,
                    what: trend.what,
                    before: trend.before,
                    after: trend.after,
                    is_new: trend.is_new,
                })
                .collect(),
            Self::Told(told) => told
                .iter()
                .filter_map(|(name, (_, drift))| {
                    let found = look.subjects.get(name)?;
                    let versions = found
                        .versions
                        .iter()
                        .map(|(version, keys)| (version.to_string(), *keys));
                    let now: BTreeMap<String, u64> = versions.collect();
                    Some(compare(
                        name,
                        (drift.examined, &drift.versions, drift.unmatched),
                        (found.keys(), &now, found.drifted()),
                    ))
                })
                .flatten()
                .collect(),
        }
    }

    /// Writes what is different for a person.
    pub(super) fn text(&self, trend: &[TrendShape]) -> String {
        let since = match self {
            Self::Nothing => return String::new(),
            Self::File(name, _) => name.clone(),
            Self::Told(told) => {
                let newest = told.values().map(|(at, _)| *at).max().unwrap_or(0);
                format!("the look of {}", figures::time(newest))
            }
        };
        let mut text = String::new();
        if trend.is_empty() {
            let nothing = format!("as it was in {since}");
            text.line(format_args!("\n{}", paint(FAINT, nothing)));
            return text;
        }
        text.line(format_args!("\n{} {since}", paint(BOLD, "since")));
        let names = |trend: &TrendShape| {
            let what = remold::escape(trend.what.as_bytes());
            format!("{} {what}", trend.subject)
        };
        let width = trend
            .iter()
            .take(SHOWN)
            .map(|one| names(one).chars().count());
        let width = width.max().unwrap_or(0).min(60);
        for one in trend.iter().take(SHOWN) {
            let is_new = if one.is_new {
                format!("  {}", paint(NOTE, "new"))
            } else {
                String::new()
            };
            let is_worse = one.after > one.before && one.what.contains(char::is_alphabetic);
            let after = format!("{:>6}", figures::share(one.after, MILLION));
            let after = if is_worse { paint(BAD, after) } else { after };
            text.line(format_args!(
                "  {:<width$}  {:>6} to {after}{is_new}",
                names(one),
                figures::share(one.before, MILLION)
            ));
        }
        if trend.len() > SHOWN {
            let more = format!("and {} more", trend.len() - SHOWN);
            text.line(format_args!("  {}", paint(FAINT, more)));
        }
        text
    }
}

/// Shares are in parts of it.
const MILLION: u64 = 1_000_000;

/// How many keys there are, at which versions, and at none.
type Counts<'a> = (u64, &'a BTreeMap<String, u64>, u64);

fn compare(name: &str, before: Counts<'_>, after: Counts<'_>) -> Vec<TrendShape> {
    let parts = |keys: u64, all: u64| {
        let parts = u128::from(keys) * u128::from(MILLION) / u128::from(all.max(1));
        u64::try_from(parts).unwrap_or(u64::MAX)
    };
    let versions: BTreeSet<&String> = before.1.keys().chain(after.1.keys()).collect();
    let at = |counts: &Counts<'_>, version: &String| counts.1.get(version).copied().unwrap_or(0);
    let versions = versions
        .into_iter()
        .map(|version| (version.clone(), at(&before, version), at(&after, version)));
    let invalid = [("invalid".to_owned(), before.2, after.2)];
    versions
        .chain(invalid)
        .map(|(what, then, now)| TrendShape {
            subject: name.to_owned(),
            what,
            before: parts(then, before.0),
            after: parts(now, after.0),
            is_new: then == 0 && now > 0,
        })
        .filter(|trend| trend.before != trend.after)
        .collect()
}
