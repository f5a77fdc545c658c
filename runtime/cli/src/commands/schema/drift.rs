//! `remold schema drift`: which keys are at which registered version, and which at none.

mod trend;

use remold::host_api::Pattern;
use remold::manifest::Version;
use remold::schema::{Finding, Look, Registry, SubjectLook};
use remold::{Browsed, Control, Drift, Happening, Registrar, Survey, Target};

use self::trend::Before;
use super::{Answer, place};
use crate::arguments::DriftArguments;
use crate::exit::Exit;
use crate::figures::{count, number, share};
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::shapes::drift::{DriftShape, SubjectDriftShape};
use crate::shapes::survey::SeenShape;
use crate::signals;
use crate::style::{BAD, BOLD, FAINT, GOOD, NAME, NOTE, paint};

/// So many findings of a kind are shown; all are in the JSON.
const SHOWN: usize = 8;
/// So many keys go into an event.
const TOLD: usize = 5;

/// Holds live data against the registered versions.
pub(super) fn drift(arguments: &DriftArguments) -> Result<Answer, Report> {
    let target = arguments.place.target.target(None)?;
    if let (true, Target::File(_)) = (arguments.announce, &target) {
        return Err(Report::usage(
            "--announce is for a server: nothing is told of a file",
            &["leave --announce out, or name a server"],
        ));
    }
    let documents = place::documents(&arguments.place)?;
    let registry = documents.registry();
    if registry.subjects().next().is_none() {
        return Err(Report::usage(
            "the registry is empty: there is nothing to hold the keys against",
            &[
                "register schemas by `remold schema register`, or name a folder with some by --registry FOLDER",
                "`remold schema infer` proposes schemas for the keys that are there",
            ],
        ));
    }
    if let Some(name) = &arguments.subject {
        place::subject(&documents, name)?;
        if let Some(version) = &arguments.expect {
            place::version(&documents, name, version)?;
        }
    }
    let before = Before::read(arguments, &target)?;
    let (look, browsed) = survey(arguments, &target, registry)?;
    let unexpected = unexpected(arguments, &look);
    let findings = look.has_drift() || unexpected.is_some_and(|keys| keys > 0);
    let trend = before.trend(&look);
    let mut announced = false;
    // Of a part of the keys nothing is kept.
    if !browsed.stopped {
        if let Some(path) = &arguments.since {
            remold::write_look(path, &look)?;
        }
        if arguments.announce {
            announce(&target, registry, &look)?;
            announced = true;
        }
    }
    let told = Told {
        arguments,
        registry,
        look: &look,
        unexpected,
    };
    let mut text = told.text(&target.name(), &browsed);
    text.push_str(&before.text(&trend));
    let shape = DriftShape {
        target: target.name(),
        looked: SeenShape::from(&browsed),
        findings,
        subjects: look
            .subjects
            .iter()
            .map(|(name, found)| {
                SubjectDriftShape::new(name, newest(registry, name), found, unexpected)
            })
            .collect(),
        foreign: DriftShape::foreign(&look),
        trend,
        since: before.name(),
        announced,
    };
    let exit = match (browsed.stopped, findings) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Conflict,
        (false, false) => Exit::Success,
    };
    Ok(Answer::new(exit, text, &shape))
}

fn survey(
    arguments: &DriftArguments,
    target: &Target,
    registry: &Registry,
) -> Result<(Look, Browsed), Report> {
    let mut survey = Survey {
        sample: arguments.sample,
        ..Survey::default()
    };
    let subject = arguments.subject.as_deref();
    let versions = subject.and_then(|name| registry.subject(name));
    // Where all versions have the same keys, the server passes over the others.
    if let Some(newest) = versions.and_then(|versions| versions.newest())
        && versions
            .into_iter()
            .flat_map(remold::schema::Versions::iter)
            .all(|one| one.pattern() == newest.pattern())
    {
        survey.pattern = newest.pattern().to_scan();
    } else {
        survey.pattern = Pattern::new("*");
    }
    let control = Control::new();
    let progress = Progress::start(&control, Changes::none());
    signals::stop_by_signal(
        &control,
        "stopping: what was seen so far is told; again to exit at once",
    );
    let found = remold::look(
        target,
        &survey,
        registry,
        subject,
        &control,
        progress.observer(),
    );
    drop(progress.finish());
    Ok(found?)
}

/// Counts the valid keys at another version than the expected one.
fn unexpected(arguments: &DriftArguments, look: &Look) -> Option<u64> {
    let expected = arguments.expect.as_ref()?;
    let found = look.subjects.get(arguments.subject.as_deref()?);
    let others = found
        .into_iter()
        .flat_map(|found| &found.versions)
        .filter(|(version, _)| *version != expected);
    Some(others.map(|(_, keys)| keys).sum())
}

fn newest(registry: &Registry, subject: &str) -> String {
    let newest = registry
        .subject(subject)
        .and_then(|versions| versions.newest());
    newest.map_or_else(String::new, |newest| newest.version().to_string())
}

fn announce(target: &Target, registry: &Registry, look: &Look) -> Result<(), Report> {
    let mut registrar = Registrar::to_write(target)?;
    for (name, found) in &look.subjects {
        let findings = found
            .invalid
            .values()
            .chain(found.ambiguous.values())
            .chain(found.unknown.values());
        let examples = findings.flat_map(|finding| &finding.examples);
        registrar.announce(&Happening::Drift(Drift {
            subject: name.clone(),
            version: newest(registry, name),
            examined: found.keys(),
            unmatched: found.drifted(),
            versions: found
                .versions
                .iter()
                .map(|(version, keys)| (version.to_string(), *keys))
                .collect(),
            examples: examples
                .take(TOLD)
                .map(|example| example.key.clone())
                .collect(),
        }))?;
    }
    Ok(())
}

struct Told<'a> {
    arguments: &'a DriftArguments,
    registry: &'a Registry,
    look: &'a Look,
    unexpected: Option<u64>,
}

impl Told<'_> {
    fn text(&self, target: &str, browsed: &Browsed) -> String {
        let drifted: u64 = self.look.subjects.values().map(SubjectLook::drifted).sum();
        let drifted = drifted + self.unexpected.unwrap_or(0);
        let (style, word) = if drifted == 0 {
            (GOOD, "No drift".to_owned())
        } else {
            (NOTE, format!("Drift of {}", count(drifted, "key")))
        };
        let mut among = super::looked(browsed);
        if let Some(name) = &self.arguments.subject {
            among = format!("{} of {name}", count(self.look.keys, "key"));
            if browsed.stopped || browsed.seen < browsed.listed {
                among = format!("{among}, among {}", super::looked(browsed));
            }
        }
        let mut text = format!("{} among {among} on {target}\n", paint(style.bold(), word));
        text.push_str(&super::passed(browsed));
        let subjects = self.look.subjects.iter();
        let (clean, others): (Vec<_>, Vec<_>) =
            subjects.partition(|(name, found)| self.is_as_it_should(name, found));
        if !clean.is_empty() {
            text.push('\n');
        }
        let width = |of: &dyn Fn(&str, &SubjectLook) -> usize| {
            clean.iter().map(|(name, found)| of(name, found)).max()
        };
        let names = width(&|name, _| name.len()).unwrap_or(0);
        let figures = width(&|_, found| number(found.keys()).len()).unwrap_or(0);
        for (name, found) in clean {
            text.line(format_args!(
                "{}  {:>figures$} at {}",
                paint(BOLD, format!("{name:<names$}")),
                number(found.keys()),
                self.wanted(name)
            ));
        }
        for (name, found) in others {
            text.push('\n');
            self.subject(&mut text, name, found);
        }
        if self.look.foreign.keys > 0 {
            text.line(format_args!(
                "\n{} of no subject{}",
                paint(BOLD, count(self.look.foreign.keys, "key")),
                such(&self.look.foreign)
            ));
        }
        text
    }

    /// Returns the version that keys of a subject should be at.
    fn wanted(&self, name: &str) -> String {
        match &self.arguments.expect {
            Some(expected) => expected.to_string(),
            None => newest(self.registry, name),
        }
    }

    /// Says whether all keys of a subject are where they should be.
    fn is_as_it_should(&self, name: &str, found: &SubjectLook) -> bool {
        let wanted = self.wanted(name);
        let at = found.versions.iter();
        let there = at
            .filter(|(version, _)| version.to_string() == wanted)
            .map(|(_, keys)| *keys)
            .sum::<u64>();
        there == found.keys()
    }

    fn subject(&self, text: &mut String, name: &str, found: &SubjectLook) {
        let all = found.keys();
        text.line(format_args!("{}  {}", paint(BOLD, name), count(all, "key")));
        let newest = newest(self.registry, name);
        let sums = [
            ("at none", sum(found.invalid.values())),
            ("unclear", sum(found.ambiguous.values())),
            ("unknown", sum(found.unknown.values())),
        ];
        let words = found
            .versions
            .keys()
            .map(|version| version.to_string().len());
        let width = words.max().unwrap_or(0).max(7);
        let figures = number(all).len();
        let row = |word: String, keys: u64| {
            format!(
                "  {word}  {:>figures$}  {:>6}",
                number(keys),
                share(keys, all)
            )
        };
        for (version, keys) in found.versions.iter().rev() {
            let is_newest = if version.to_string() == newest {
                "  newest"
            } else {
                ""
            };
            let style = self.style(version, &newest);
            let word = paint(
                style,
                format!("{version:<width$}", version = version.to_string()),
            );
            text.line(format_args!(
                "{}{}",
                row(word, *keys),
                paint(FAINT, is_newest)
            ));
        }
        for (word, keys) in sums.into_iter().filter(|(_, keys)| *keys > 0) {
            let painted = paint(BAD, format!("{word:<width$}"));
            text.line(format_args!("{}", row(painted, keys)));
            match word {
                "at none" => rows(
                    text,
                    found
                        .invalid
                        .iter()
                        .map(|(rule, finding)| (rule_of(rule), finding)),
                ),
                "unclear" => rows(
                    text,
                    found
                        .ambiguous
                        .iter()
                        .map(|(versions, finding)| (format!("valid under {versions}"), finding)),
                ),
                _ => rows(
                    text,
                    found.unknown.iter().map(|(said, finding)| {
                        let said = if said.is_empty() { "other" } else { said };
                        let said = remold::escape(said.as_bytes());
                        (format!("version {said} is not registered"), finding)
                    }),
                ),
            }
        }
    }

    fn style(&self, version: &Version, newest: &str) -> crate::style::Style {
        match &self.arguments.expect {
            Some(expected) if expected == version => GOOD,
            Some(_) => BAD,
            None if version.to_string() == newest => GOOD,
            None => NAME,
        }
    }
}

fn rule_of(rule: &remold::schema::Rule) -> String {
    if rule.rule.is_empty() {
        format!("{}, other rules", rule.version)
    } else {
        format!("{} {}", rule.version, remold::escape(rule.rule.as_bytes()))
    }
}

fn sum<'a>(findings: impl Iterator<Item = &'a Finding>) -> u64 {
    findings.map(|finding| finding.keys).sum()
}

/// Writes findings, those of most keys first.
fn rows<'a>(text: &mut String, findings: impl Iterator<Item = (String, &'a Finding)>) {
    let mut findings: Vec<(String, &Finding)> = findings.collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.keys));
    let figures = findings
        .first()
        .map_or(0, |(_, finding)| number(finding.keys).len());
    for (what, finding) in findings.iter().take(SHOWN) {
        text.line(format_args!(
            "    {:>figures$}  {what}",
            number(finding.keys)
        ));
        if let Some(example) = finding.examples.first() {
            let why = if example.why.is_empty() {
                String::new()
            } else {
                format!("  {}", remold::escape(example.why.as_bytes()))
            };
            text.line(format_args!(
                "    {:figures$}  {}",
                "",
                paint(FAINT, format!("{}{why}", example.key))
            ));
        }
    }
    if findings.len() > SHOWN {
        let more = format!("and {} more", findings.len() - SHOWN);
        text.line(format_args!("    {}", paint(FAINT, more)));
    }
}

/// Names some of the keys.
fn such(finding: &Finding) -> String {
    let keys: Vec<&str> = finding
        .examples
        .iter()
        .map(|example| example.key.as_str())
        .collect();
    let such = if finding.keys > keys.len() as u64 {
        "such as "
    } else {
        ""
    };
    format!(": {such}{}", keys.join(", "))
}
