//! What becomes of the documents of an exchange, and what one is refused for, for people and for programs.

use remold::manifest::Version;
use remold::{DocumentEntry, Documents, Exchange, Planned, PlannedEntry, escape};

use crate::commands::schema::list::since;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::schema::exchange::{IntoShape, PlannedShape, RegistryEntryShape};
use crate::style::{BAD, FAINT, GOOD, NAME, paint};

/// The words for what becomes of a document.
pub(in crate::commands::schema) struct Words {
    added: &'static str,
    differs: &'static str,
}

impl Words {
    /// Of documents that are registered one by one.
    pub(in crate::commands::schema) const REGISTER: Self = Self {
        added: "new",
        differs: "taken",
    };
    /// Of registries that are brought together.
    pub(super) const EXCHANGE: Self = Self {
        added: "added",
        differs: "differs",
    };

    /// Returns the word for what becomes of a document.
    pub(in crate::commands::schema) const fn of(&self, planned: PlannedShape) -> &'static str {
        match planned {
            PlannedShape::Added => self.added,
            PlannedShape::Same => "same",
            PlannedShape::Differs => self.differs,
        }
    }
}

/// Writes what becomes of each entry, a line each.
pub(in crate::commands::schema) fn entries(
    exchange: &Exchange,
    registry: &Documents,
    words: &Words,
) -> String {
    let all: Vec<&PlannedEntry> = in_order(&exchange.entries);
    lines(&all, registry, words)
}

/// Writes what is to be added, a line each.
pub(super) fn additions(exchange: &Exchange, registry: &Documents, words: &Words) -> String {
    let mut all = in_order(&exchange.entries);
    all.retain(|entry| entry.planned == Planned::Added);
    lines(&all, registry, words)
}

/// Puts schemas first, by their versions, then migrations.
pub(in crate::commands::schema) fn in_order(entries: &[PlannedEntry]) -> Vec<&PlannedEntry> {
    let mut sorted: Vec<&PlannedEntry> = entries.iter().collect();
    sorted.sort_by_cached_key(|entry| {
        let registration = &entry.entry.registration;
        let is_migration = !registration.name.starts_with("schema/");
        let version: Option<Version> = registration.version.parse().ok();
        let version = version.filter(|_| !is_migration);
        let name = registration.name.clone();
        (is_migration, registration.subject.clone(), version, name)
    });
    sorted
}

fn lines(all: &[&PlannedEntry], registry: &Documents, words: &Words) -> String {
    let of = |planned: &&PlannedEntry| {
        let name = planned.entry.registration.name.as_bytes();
        escape(name).chars().count()
    };
    let names = all.iter().map(of).max().unwrap_or_default();
    let wide = all.iter().map(|entry| words.of(planned(entry)).len()).max();
    let wide = wide.unwrap_or_default();
    let mut text = String::new();
    for entry in all {
        let word = words.of(planned(entry));
        let style = match entry.planned {
            Planned::Added => GOOD,
            Planned::Same => FAINT,
            Planned::Differs => BAD,
        };
        // What a server says is shown so that it does nothing to a terminal.
        let name = escape(entry.entry.registration.name.as_bytes());
        let mut more = String::new();
        // A name in the registry says where it is.
        if entry.entry.registered.is_none() {
            more.put(format_args!("  {}", entry.entry.origin));
        }
        if let (Planned::Differs, Some((at, by))) =
            (entry.planned, registered(&entry.entry, registry))
        {
            more.put(format_args!("  registered {}", since(at, &by)));
        }
        let wide_name = if more.is_empty() { 0 } else { names };
        text.line(format_args!(
            "  {}  {}{more}",
            paint(style, format!("{word:<wide$}")),
            paint(NAME, format!("{name:<wide_name$}")),
        ));
    }
    text
}

/// Takes what an exchange is refused for, and names what differs.
pub(in crate::commands::schema) fn refusals(
    exchange: &mut Exchange,
    from: &Documents,
    into: &Documents,
) -> Vec<Report> {
    let differing = exchange.differing().map(|entry| differs(entry, from, into));
    let mut all: Vec<Report> = differing.collect();
    let refused = std::mem::take(&mut exchange.refusals);
    all.extend(refused.into_iter().map(Report::from));
    all
}

/// Says of an entry that something else is there under its name, at its place where it is a schema.
fn differs(entry: &DocumentEntry, from: &Documents, into: &Documents) -> Report {
    let registration = &entry.registration;
    let name = escape(registration.name.as_bytes());
    let version = registration.version.parse().ok();
    let own = version.and_then(|version| from.registry().get(&registration.subject, &version));
    let own = own.filter(|_| name.starts_with("schema/"));
    let refused = own.and_then(|own| into.registry().clone().add_shared(own).err());
    let report = match refused {
        Some(errors) => Report::from(*errors),
        None => {
            let message = format!("{name} is there, with another content");
            Report::new(Exit::Failed, "registry", message)
                .hint("what is registered never changes: give this one another name")
        }
    };
    match registered(entry, into).or_else(|| registered(entry, from)) {
        Some((at, by)) => report.hint(format!("{name} was registered {}", since(at, &by))),
        None => report,
    }
}

/// Writes why documents are refused.
pub(in crate::commands::schema) fn refused(refusals: &[Report]) -> String {
    let mut text = String::new();
    for refusal in refusals {
        text.line(format_args!("{}", refusal.to_text()));
    }
    text
}

/// Makes the shape of an entry.
pub(super) fn entry_shape(
    entry: &PlannedEntry,
    into: IntoShape,
    registry: &Documents,
) -> RegistryEntryShape {
    let known = registered(&entry.entry, registry);
    RegistryEntryShape {
        name: entry.entry.registration.name.clone(),
        into,
        planned: planned(entry),
        origin: entry.entry.origin.clone(),
        registered_at: known.as_ref().map(|(at, _)| *at),
        registered_by: known.map(|(_, by)| by),
    }
}

/// Says since when and by whom something is registered under the name of an entry.
fn registered(entry: &DocumentEntry, registry: &Documents) -> Option<(u64, String)> {
    registry.entry(&entry.registration.name)?.registered.clone()
}

/// Says what becomes of an entry.
pub(in crate::commands::schema) const fn planned(entry: &PlannedEntry) -> PlannedShape {
    match entry.planned {
        Planned::Added => PlannedShape::Added,
        Planned::Same => PlannedShape::Same,
        Planned::Differs => PlannedShape::Differs,
    }
}
