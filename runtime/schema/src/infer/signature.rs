//! Shapes of records: which members a record has and of what group each is, counted.
//!
//! Variants are told from these counts when all records were seen; see [`super::variants`].

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::examples::{Sighting, Tally};
use super::options::Options;

/// Names by which members are called that say a record's version; the earlier goes before the later.
pub(crate) const VERSION_NAMES: [&str; 10] = [
    "schema_version",
    "schemaVersion",
    "schemaversion",
    "_version",
    "version",
    "_v",
    "v",
    "ver",
    "schema",
    "__v",
];
/// A version is no longer than this.
const LONGEST_VERSION: usize = 16;
/// More versions are none: revisions, perhaps.
const MOST_VERSIONS: usize = 12;

/// What a member is, as far as it tells one variant from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Group {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

impl Group {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Text => "text",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// The shape of one record while it is observed.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    elements: Vec<(u64, Group)>,
    /// The sum of the elements' hashes, which does not depend on their order.
    sum: u64,
    version: Option<(usize, Box<str>)>,
}

impl Outline {
    pub(crate) fn clear(&mut self) {
        self.elements.clear();
        self.sum = 0;
        self.version = None;
    }

    pub(crate) fn add(&mut self, name: u64, group: Group) {
        self.sum = self
            .sum
            .wrapping_add(xxh3_64_with_seed(&name.to_le_bytes(), group as u64));
        self.elements.push((name, group));
    }

    /// Notes a member that says the version, if its name says so and its value may be one.
    pub(crate) fn note_version(&mut self, name: &str, text: impl FnOnce() -> Option<String>) {
        const LONGEST: usize = 14;
        if name.len() > LONGEST {
            return;
        }
        let Some(rank) = VERSION_NAMES.iter().position(|known| *known == name) else {
            return;
        };
        if self
            .version
            .as_ref()
            .is_some_and(|(known, _)| *known < rank)
        {
            return;
        }
        if let Some(text) = text().filter(|text| text.len() <= LONGEST_VERSION) {
            self.version = Some((rank, text.into()));
        }
    }
}

/// A shape with its count.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// In the order of the names.
    pub(crate) elements: Vec<(Arc<str>, Group)>,
    /// Which name says the version, and what it says.
    pub(crate) version: Option<(usize, Box<str>)>,
    pub(crate) tally: Tally,
}

/// All shapes of a form, as far as there are not too many.
#[derive(Debug, Default)]
pub(crate) struct Signatures {
    table: HashMap<u64, Signature>,
    versions: BTreeSet<Box<str>>,
    versions_are_many: bool,
    /// Records of shapes that found no room.
    pub(crate) others: u64,
}

impl Signatures {
    /// Counts a shape. `name_of` finds a name by its hash.
    pub(crate) fn add<'a>(
        &mut self,
        outline: &mut Outline,
        sighting: &Sighting<'_>,
        options: &Options,
        name_of: impl Fn(u64) -> Option<&'a Arc<str>>,
    ) {
        self.learn_version(outline.version.as_ref());
        if self.versions_are_many {
            outline.version = None;
        }
        let id = id(outline.sum, outline.version.as_ref());
        if let Some(signature) = self.table.get_mut(&id) {
            return signature.tally.add(sighting);
        }
        if self.table.len() >= options.max_shapes {
            self.others += 1;
            return;
        }
        let root = xxh3_64(b"");
        let named = |(hash, group): &(u64, Group)| match name_of(*hash) {
            Some(name) => Some((Arc::clone(name), *group)),
            None => (*hash == root).then(|| (Arc::from(""), *group)),
        };
        let mut elements: Vec<_> = outline.elements.iter().filter_map(named).collect();
        elements.sort();
        let mut tally = Tally::default();
        tally.add(sighting);
        let version = outline.version.clone();
        self.table.insert(
            id,
            Signature {
                elements,
                version,
                tally,
            },
        );
    }

    /// Returns the shapes, the commonest first.
    pub(crate) fn by_count(&self) -> Vec<&Signature> {
        let mut all: Vec<&Signature> = self.table.values().collect();
        all.sort_by(|one, other| {
            let order = other.tally.count.cmp(&one.tally.count);
            order
                .then_with(|| (&one.elements, &one.version).cmp(&(&other.elements, &other.version)))
        });
        all
    }

    pub(crate) fn merge(&mut self, mut other: Self, options: &Options) {
        self.others += other.others;
        self.versions.append(&mut other.versions);
        self.versions_are_many |= other.versions_are_many || self.versions.len() > MOST_VERSIONS;
        if self.versions_are_many {
            self.forget_versions();
        }
        let mut more: Vec<Signature> = other.table.into_values().collect();
        more.sort_by_key(|signature| std::cmp::Reverse(signature.tally.count));
        for signature in more {
            self.put(signature, options.max_shapes);
        }
    }

    fn put(&mut self, mut signature: Signature, most: usize) {
        if self.versions_are_many {
            signature.version = None;
        }
        let sum = signature.elements.iter().fold(0_u64, |sum, (name, group)| {
            let name = xxh3_64(name.as_bytes());
            sum.wrapping_add(xxh3_64_with_seed(&name.to_le_bytes(), *group as u64))
        });
        let id = id(sum, signature.version.as_ref());
        let room = self.table.len() < most;
        match self.table.get_mut(&id) {
            Some(known) => known.tally.merge(signature.tally),
            None if room => {
                self.table.insert(id, signature);
            }
            None => self.others += signature.tally.count,
        }
    }

    fn learn_version(&mut self, version: Option<&(usize, Box<str>)>) {
        let Some((_, version)) = version else { return };
        if self.versions_are_many || self.versions.contains(version) {
            return;
        }
        self.versions.insert(version.clone());
        if self.versions.len() > MOST_VERSIONS {
            self.versions_are_many = true;
            self.forget_versions();
        }
    }

    fn forget_versions(&mut self) {
        self.versions.clear();
        for (_, signature) in std::mem::take(&mut self.table) {
            self.put(signature, usize::MAX);
        }
    }
}

fn id(sum: u64, version: Option<&(usize, Box<str>)>) -> u64 {
    match version {
        Some((rank, text)) => sum ^ xxh3_64_with_seed(text.as_bytes(), 1 + *rank as u64),
        None => sum,
    }
}
