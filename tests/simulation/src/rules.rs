//! The rules of the protocol, each of which can be switched off: then some seed has to tell a story in which a key is
//! migrated twice or never, or an application's write is lost. The names are those of `tests/model/protocol_model.py`, which knows no end
//! of a run.

/// A rule of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A transaction fails when the epoch has changed since its keys were read.
    Fence,
    /// A share's transaction fails when another run has raised the keyspace's epoch since its keys were read, and the share
    /// says so.
    KeyspaceFence,
    /// A journal that was sealed by a newer epoch takes nothing from an older one.
    Seal,
    /// The receipt is written in the same step as the batch.
    AtomicReceipt,
    /// What counts as durable in the journal is durable: the watermark passes a void only then.
    VoidDurable,
    /// Batches at or below the watermark are applied, although their receipts are gone.
    WatermarkApplied,
    /// Voids count as of the end of the epoch that the server's history has seen settled.
    Reread,
    /// A batch is durable in the journal before its transaction is sent.
    UndoFirst,
    /// A transaction fails when one of its keys has changed since it was read.
    Guard,
    /// The end of a run is claimed only of a server that still has everything.
    EndChecked,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Fence,
        Self::KeyspaceFence,
        Self::Seal,
        Self::AtomicReceipt,
        Self::VoidDurable,
        Self::WatermarkApplied,
        Self::Reread,
        Self::UndoFirst,
        Self::Guard,
        Self::EndChecked,
    ];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fence => "fence",
            Self::KeyspaceFence => "keyspace_fence",
            Self::Seal => "seal",
            Self::AtomicReceipt => "atomic_receipt",
            Self::VoidDurable => "void_durable",
            Self::WatermarkApplied => "wm_applied",
            Self::Reread => "reread",
            Self::UndoFirst => "undo_first",
            Self::Guard => "guard",
            Self::EndChecked => "end_checked",
        }
    }

    /// Returns the rule of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// What holds in the world: all rules, or all but one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rules {
    without: Option<Rule>,
}

impl Rules {
    /// All of them.
    pub const ALL: Self = Self { without: None };

    /// All but one.
    pub const fn without(rule: Rule) -> Self {
        Self {
            without: Some(rule),
        }
    }

    pub(crate) fn hold(self, rule: Rule) -> bool {
        self.without != Some(rule)
    }
}
