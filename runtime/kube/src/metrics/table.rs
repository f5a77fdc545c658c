//! The table of all metrics: names, kinds, units, labels with what they may hold, and who exposes them.
//!
//! It alone makes a [`Metric`], and there is no other way to expose anything. Labels are bounded: by a list of words, or by the
//! objects of the cluster. No key and no run is a label.

mod controller;
mod worker;

pub use controller::*;
pub use worker::*;

/// The word for whatever a label's list does not have.
pub const OTHER: &str = "other";

/// A metric.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    labels: &'static [Label],
    by: Exposer,
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows; its samples are called `NAME_total`.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often something took how long; its samples are called `NAME_bucket`, `NAME_sum` and `NAME_count`.
    Histogram,
    /// Facts as labels; its sample is called `NAME_info`.
    Info,
}

/// Who exposes a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposer {
    /// `remold controller`.
    Controller,
    /// A command that works on keys, with `--metrics`.
    Worker,
    /// Both.
    Both,
}

/// A label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub values: Values,
}

/// What a label may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// One of these words, or [`OTHER`].
    Words(&'static [&'static str]),
    /// The name of an object: there are as many as objects.
    Objects(&'static str),
    /// Words that others choose: so many at most, and [`OTHER`] for the rest.
    AtMost(usize, &'static str),
}

impl Metric {
    /// Returns its name with the unit, without what its samples add.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns what it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns what it says, in a sentence without a point.
    pub const fn help(&self) -> &'static str {
        self.help
    }

    /// Returns its labels.
    pub const fn labels(&self) -> &'static [Label] {
        self.labels
    }

    /// Returns who exposes it.
    pub const fn by(&self) -> Exposer {
        self.by
    }

    /// Returns its unit, a base unit, which its name ends with; none if it is a number of things.
    pub fn unit(&self) -> Option<&'static str> {
        let units = ["seconds", "bytes", "ratio"];
        let last = self.name.rsplit('_').next().unwrap_or_default();
        units.into_iter().find(|unit| *unit == last)
    }

    /// Returns the names that its samples have.
    pub fn samples(&self) -> Vec<String> {
        let suffixes: &[&str] = match self.kind {
            Kind::Counter => &["_total"],
            Kind::Gauge => &[""],
            Kind::Histogram => &["_bucket", "_sum", "_count"],
            Kind::Info => &["_info"],
        };
        let name = |suffix: &&str| format!("{}{suffix}", self.name);
        suffixes.iter().map(name).collect()
    }

    /// Says whether this one exposes it.
    pub fn is_of(&self, by: Exposer) -> bool {
        self.by == by || self.by == Exposer::Both
    }
}

impl Kind {
    /// Returns the word for it in texts of `OpenMetrics`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Info => "info",
        }
    }
}

impl Label {
    /// Returns the value if the label may hold it, else [`OTHER`].
    pub fn bounded<'a>(&self, value: &'a str) -> &'a str {
        match self.values {
            Values::Words(words) if !words.contains(&value) => OTHER,
            _ => value,
        }
    }
}

/// Returns all metrics.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    [&BUILD]
        .into_iter()
        .chain(controller::TABLE.iter().copied())
        .chain(worker::TABLE.iter().copied())
}

/// Returns the metric that a sample of this name belongs to.
pub fn of_sample(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.samples().iter().any(|sample| sample == name))
}

const fn words(name: &'static str, words: &'static [&'static str]) -> Label {
    Label {
        name,
        values: Values::Words(words),
    }
}

const fn object(name: &'static str, what: &'static str) -> Label {
    Label {
        name,
        values: Values::Objects(what),
    }
}

/// The version of the program.
pub static BUILD: Metric = Metric {
    name: "remold_build",
    kind: Kind::Info,
    help: "The version that is running",
    labels: &[
        Label {
            name: "version",
            values: Values::Objects("the program's version"),
        },
        words("component", &["controller", "worker"]),
    ],
    by: Exposer::Both,
};

/// Makes the statics of a part of the table, and `TABLE` of all of them.
macro_rules! table {
    ($by:ident: $($name:ident = $kind:ident $metric:literal [$($label:expr),*] $help:literal;)*) => {
        $(
            #[doc = concat!($help, ".")]
            pub static $name: $crate::metrics::table::Metric = $crate::metrics::table::Metric {
                name: $metric,
                kind: $crate::metrics::table::Kind::$kind,
                help: $help,
                labels: &[$($label),*],
                by: $crate::metrics::table::Exposer::$by,
            };
        )*
        /// All of them.
        pub(super) static TABLE: &[&$crate::metrics::table::Metric] = &[$(&$name),*];
    };
}
use table;

#[cfg(test)]
mod tests;
