//! The table of everything that a trace can hold: commands with their stages, attributes, events.
//!
//! Fields are private, so that nobody else makes one. No key and no value is in any of them, and no text that a server or a
//! transform wrote: those may quote keys.

mod attributes;
mod stages;

pub use attributes::*;
pub use stages::*;

/// A command that is traced: the root span, called `remold NAME`.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    pub(crate) name: &'static str,
    pub(crate) span: &'static str,
    /// The stages that it can have, in the order in which they begin first.
    pub(crate) stages: &'static [&'static Stage],
}

impl Command {
    /// Finds a command by its name as it is typed; nothing if it is not traced.
    pub fn find(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    /// Returns the name of its span.
    pub const fn span(&self) -> &'static str {
        self.span
    }

    /// Returns the stages that it can have, in the order in which they begin first.
    pub const fn stages(&self) -> &'static [&'static Stage] {
        self.stages
    }
}

/// A stage of a command: a child of the root span.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    pub(crate) name: &'static str,
    pub(crate) tells: &'static str,
    pub(crate) attributes: &'static [&'static Attribute],
}

impl Stage {
    /// Returns the name of its span.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the attributes that its span can have.
    pub const fn attributes(&self) -> &'static [&'static Attribute] {
        self.attributes
    }
}

/// An attribute of spans or events.
#[derive(Debug, PartialEq, Eq)]
pub struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) holds: &'static str,
    pub(crate) tells: &'static str,
}

impl Attribute {
    /// Returns its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Something that happens in a stage: an event of its span.
#[derive(Debug, PartialEq, Eq)]
pub struct Happening {
    pub(crate) name: &'static str,
    pub(crate) tells: &'static str,
    pub(crate) attributes: &'static [&'static Attribute],
}

impl Happening {
    /// Returns its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the attributes that it can have.
    pub const fn attributes(&self) -> &'static [&'static Attribute] {
        self.attributes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_distinct_and_no_attribute_is_the_beginning_of_anothers_name() {
        let stages = COMMANDS.iter().flat_map(|command| command.stages);
        let names: BTreeSet<&str> = stages.clone().map(|stage| stage.name).collect();
        let all: Vec<&Stage> = stages.copied().collect();
        for name in &names {
            let mut called = all.iter().filter(|stage| stage.name == *name);
            let first = called.next().expect("it is one of them");
            assert!(called.all(|other| other == first), "{name}");
        }
        let of_stages = all.iter().flat_map(|stage| stage.attributes);
        let of_happenings = HAPPENINGS.iter().flat_map(|one| one.attributes);
        let own = ROOT.iter().chain(of_stages).chain(of_happenings);
        let names: BTreeSet<&str> = own.map(|attribute| attribute.name).collect();
        for (one, other) in names
            .iter()
            .flat_map(|one| names.iter().map(move |two| (one, two)))
        {
            assert!(!other.starts_with(&format!("{one}.")), "{one} and {other}");
        }
        for command in COMMANDS {
            assert_eq!(command.span, format!("remold {}", command.name));
        }
    }
}
