//! Commands, their stages, and what can happen in a stage.

use super::attributes::{
    APPLIED, CANARY_PERCENT, DELAY, EPOCH, EVENTS_LEFT_OUT, FAULT, NOT_APPLIED, REASON,
};
use super::{Attribute, Command, Happening, Stage};

/// Attributes that every stage can have.
const ANY: &[&Attribute] = &[&EVENTS_LEFT_OUT];

const fn stage(name: &'static str, tells: &'static str) -> Stage {
    Stage {
        name,
        tells,
        attributes: ANY,
    }
}

/// The manifest is read, the transform compiled.
pub const LOAD: Stage = stage(
    "load",
    "Manifest and schemas are read, the transform is compiled",
);
/// How a run stands is found out.
pub const LOOK: Stage = stage(
    "look",
    "How the run stands: the journal is asked, then the server",
);
/// The server is probed.
pub const PLAN: Stage = stage(
    "plan",
    "The server is probed for what a run needs; what it would refuse is refused",
);
/// Keys are counted or read for a plan.
pub const COUNT: Stage = stage("count", "The selected keys are counted");
/// Somebody is asked.
pub const CONFIRM: Stage = stage("confirm", "A person is asked, or the approval is checked");
/// Connections and the journal are opened.
pub const OPEN: Stage = stage(
    "open",
    "Connections are made, the journal is opened; the lock of another process is waited for",
);
/// A run that has not ended is settled, before it is undone.
pub const SETTLE: Stage = stage(
    "settle",
    "The run that is undone has not ended: each of its batches is settled first",
);
/// The epoch is entered.
pub const ENTER: Stage = Stage {
    name: "enter",
    tells: "The lock is taken, the journal sealed, and the server asked which batches it has: at the begin and after each doubt",
    attributes: &[&EPOCH, &EVENTS_LEFT_OUT],
};
/// Keys are migrated.
pub const MIGRATE: Stage = Stage {
    name: "migrate",
    tells: "Keys are listed, read, transformed, journalled and written; one span for each share of a canary, and one more after each recovery",
    attributes: &[&CANARY_PERCENT, &EVENTS_LEFT_OUT],
};
/// Rejected keys are tried again.
pub const RETRY: Stage = stage("retry", "The keys in quarantine are tried again");
/// Keys are taken back.
pub const UNDO: Stage = stage("undo", "Keys are taken back to what they were");
/// A canary's share is verified.
pub const CHECK: Stage = Stage {
    name: "check",
    tells: "A canary's share is verified before the next one begins",
    attributes: &[&CANARY_PERCENT, &EVENTS_LEFT_OUT],
};
/// The end is noted.
pub const RECORD: Stage = stage(
    "record",
    "The end is noted on the server and in the journal, and the lock given up",
);
/// The new file is written.
pub const WRITE: Stage = stage("write", "A target that is a file: the new one is written");
/// A run is verified.
pub const VERIFY: Stage = stage(
    "verify",
    "Every key that the run wrote, and every other selected key, is looked at",
);
/// A backup is taken.
pub const RECEIVE: Stage = stage(
    "receive",
    "The server makes its snapshot and sends it; it is stored",
);
/// A backup is proven.
pub const PROVE: Stage = stage("prove", "What was stored is read back and decoded");
/// A backup is loaded.
pub const INSERT: Stage = stage("insert", "Keys are written to the server");

/// Every command that is traced.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "run",
        span: "remold run",
        stages: &[
            &LOAD, &LOOK, &PLAN, &CONFIRM, &OPEN, &ENTER, &MIGRATE, &CHECK, &RECORD, &WRITE,
        ],
    },
    Command {
        name: "resume",
        span: "remold resume",
        stages: &[&LOAD, &OPEN, &ENTER, &MIGRATE, &RETRY, &CHECK, &RECORD],
    },
    Command {
        name: "rollback",
        span: "remold rollback",
        stages: &[
            &LOAD, &CONFIRM, &OPEN, &SETTLE, &ENTER, &UNDO, &RECORD, &WRITE,
        ],
    },
    Command {
        name: "verify",
        span: "remold verify",
        stages: &[&LOAD, &OPEN, &VERIFY],
    },
    Command {
        name: "plan",
        span: "remold plan",
        stages: &[&LOAD, &PLAN, &OPEN, &COUNT, &ENTER, &MIGRATE, &RECORD],
    },
    Command {
        name: "dry-run",
        span: "remold dry-run",
        stages: &[&LOAD, &OPEN, &ENTER, &MIGRATE, &CHECK, &RECORD, &PLAN],
    },
    Command {
        name: "backup create",
        span: "remold backup create",
        stages: &[&LOAD, &RECEIVE, &PROVE],
    },
    Command {
        name: "backup restore",
        span: "remold backup restore",
        stages: &[&LOAD, &CONFIRM, &PROVE, &INSERT],
    },
];

/// The server is waited for.
pub const WAITING: Happening = Happening {
    name: "waiting",
    tells: "The server, or another process, is waited for",
    attributes: &[&FAULT, &DELAY],
};
/// The pace is held back.
pub const HELD_BACK: Happening = Happening {
    name: "held back",
    tells: "The pace is held back for another reason than before",
    attributes: &[&REASON],
};
/// It was found out what had been applied.
pub const RECOVERED: Happening = Happening {
    name: "recovered",
    tells: "It was found out from the server which batches it has",
    attributes: &[&APPLIED, &NOT_APPLIED],
};

/// Everything that can happen in a stage.
pub const HAPPENINGS: &[Happening] = &[WAITING, HELD_BACK, RECOVERED];
