//! What every stable code means: what happened, what is safe all the same, what to do.

mod artifact;
mod backup;
mod cluster;
mod document;
mod journal;
mod program;
mod reject;
mod schema;
mod server;

/// What an exit at once means.
pub(crate) const AT_ONCE: &str = "A second Ctrl-C or SIGTERM: the process ended without finishing its batches. Each of \
    them is applied whole or not at all, and `remold resume` finds out which.";

/// Where a code is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Area {
    /// A command has no result.
    Command,
    /// A run ended before its end.
    RunEnd,
    /// A key was rejected.
    Reject,
    /// A rollback kept a key.
    Kept,
    /// A server, or a file in its place.
    Server,
    /// A journal.
    Journal,
    /// A backup, or the place that it is in.
    Backup,
    /// A component in a registry.
    Artifact,
    /// A place in a manifest, a file of cases or a script.
    Document,
    /// Schemas, and the registry that they are in.
    Schema,
    /// Serialised values and RDB files.
    Payload,
    /// A host function that a transform called.
    Host,
}

impl Area {
    /// Returns the word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::RunEnd => "run end",
            Self::Reject => "reject",
            Self::Kept => "kept",
            Self::Server => "server",
            Self::Journal => "journal",
            Self::Backup => "backup",
            Self::Artifact => "artifact",
            Self::Document => "document",
            Self::Schema => "schema",
            Self::Payload => "payload",
            Self::Host => "host function",
        }
    }

    /// Returns the heading of its codes.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Command => "Commands that have no result",
            Self::RunEnd => "Ends of a run",
            Self::Reject => "Rejected keys",
            Self::Kept => "Keys that a rollback kept",
            Self::Server => "Servers and target files",
            Self::Journal => "Journals",
            Self::Backup => "Backups",
            Self::Artifact => "Components in registries",
            Self::Document => "Manifests, cases and scripts",
            Self::Schema => "Schemas and their registry",
            Self::Payload => "Serialised values and RDB files",
            Self::Host => "Host functions",
        }
    }
}

/// What a code means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explanation {
    /// The code.
    pub(crate) code: &'static str,
    /// Where it is met.
    pub(crate) area: Area,
    /// What happened.
    pub(crate) happened: &'static str,
    /// What is safe all the same.
    pub(crate) safe: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

/// Walks all explanations, area by area.
pub(crate) fn all() -> impl Iterator<Item = &'static Explanation> {
    let tables: [&[Explanation]; 9] = [
        program::EXPLANATIONS,
        reject::EXPLANATIONS,
        server::EXPLANATIONS,
        journal::EXPLANATIONS,
        backup::EXPLANATIONS,
        artifact::EXPLANATIONS,
        document::EXPLANATIONS,
        schema::EXPLANATIONS,
        cluster::EXPLANATIONS,
    ];
    tables.into_iter().flatten()
}

/// Finds the first explanation of a code.
pub(crate) fn find(code: &str) -> Option<&'static Explanation> {
    all().find(|explanation| explanation.code == code)
}

/// Finds all explanations of a code: one for each area where it is met.
pub(crate) fn find_all(code: &str) -> Vec<&'static Explanation> {
    all()
        .filter(|explanation| explanation.code == code)
        .collect()
}

/// Makes an explanation.
const fn explained(
    code: &'static str,
    area: Area,
    happened: &'static str,
    safe: &'static str,
    remedy: &'static str,
) -> Explanation {
    Explanation {
        code,
        area,
        happened,
        safe,
        remedy,
    }
}

#[cfg(test)]
mod tests;
