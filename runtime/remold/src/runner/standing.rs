//! A run whose id the caller chose, and who may ask for it any number of times: is it to be begun, to be gone on with, or
//! has it ended?
//!
//! The journal is asked first. Where it is not at hand, the keyspace is: it knows which runs there were, and without their
//! journals none of them can be gone on with.

use std::time::Duration;

use remold_engine::port::{HistoryEntry, Keyspace, RunState, Terms};
use remold_engine::record::{Header, Mark};
use remold_engine::{
    Breaches, Control, Observer, Phase, Recalled, RunEnd, RunOutcome, Share, ShareOf, Tally, recall,
};

use super::{Mode, RunOptions, RunReport, Runner, describe, ended_with, wrong};
use crate::error::Error;
use crate::migration::Migration;
use crate::target::Target;
use crate::wait::Wait;

/// The code under which rejected keys are counted of which only their number is known.
const UNKNOWN: &str = "unknown";

/// How a run stands whose id the caller chose.
#[derive(Debug, Clone)]
pub enum Standing {
    /// There was never a run of this id, or no id was chosen.
    Unknown,
    /// Other shares of the run were begun, and this one was not: it is to be begun, and whoever confirmed the run has
    /// confirmed it too.
    Joining,
    /// It was begun and has not ended: by this id it is gone on with.
    Begun(String),
    /// It was carried to its end.
    Ended(Box<RunReport>),
}

impl Runner {
    /// Finds out how the run stands that the options name. Refused if it is one of another migration, or one that was
    /// aborted or undone. Nothing is written.
    pub fn look_up(
        &self,
        migration: &Migration,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Standing, Error> {
        let Some(run) = &options.run else {
            return match options.share {
                None => Ok(Standing::Unknown),
                Some(_) => Err(Error::NotShareable {
                    problem: "the shares of a run have to know its id".to_owned(),
                    hint: "choose one by --run and give the same to every worker".to_owned(),
                }),
            };
        };
        refuse_place(&self.target, run)?;
        Phase::Look.tell(observer);
        let share = options.share_of(run);
        let id = share.as_ref().map_or_else(|| run.clone(), ShareOf::id);
        let here = self.journals.holds(&id)?;
        let history = Wait::of(migration, control, observer).attempt(|| self.history())?;
        self.refuse_other_parts(run, options.share, &history)?;
        if here {
            let (header, ended) = self.header(&id)?;
            refuse_another(run, &header.digest, migration)?;
            match ended {
                None => return Ok(Standing::Begun(id)),
                Some(Mark::Completed) => {}
                Some(mark) => return Err(gone(run, describe(&mark))),
            }
        }
        let of_run = |entry: &HistoryEntry| entry.share.as_ref().is_some_and(|of| of.run == *run);
        let is_shared = history.iter().any(of_run);
        let Some(entry) = history.into_iter().find(|entry| entry.run == id) else {
            // A server that has lost a run with its newest writes: to go on with it is refused in words.
            return Ok(if here {
                Standing::Begun(id)
            } else if is_shared {
                Standing::Joining
            } else {
                Standing::Unknown
            });
        };
        refuse_another(run, &entry.digest, migration)?;
        match entry.state {
            RunState::Completed => Ok(Standing::Ended(Box::new(self.recalled(&entry, here)?))),
            // The journal has its end, and the server has gone back to before that.
            RunState::Running if here => Ok(Standing::Begun(id)),
            RunState::Running => Err(wrong(
                &id,
                "it was begun, and its journal is not here",
                "name the folder of its journal by --journal: without it nobody can tell what was applied",
            )),
            RunState::Aborted => Err(gone(run, "it was aborted")),
            RunState::RolledBack | RunState::PartlyRolledBack => {
                Err(gone(run, "it was rolled back"))
            }
        }
    }

    /// Refuses a run in other parts than it was begun in, and a share of a run that was ended.
    fn refuse_other_parts(
        &self,
        run: &str,
        share: Option<Share>,
        history: &[HistoryEntry],
    ) -> Result<(), Error> {
        let of_run = |of: &ShareOf| of.run == run;
        let here: Vec<String> = self.journals.runs()?;
        let in_journals = here.iter().filter_map(|id| ShareOf::of_id(id));
        let in_history = history.iter().filter_map(|entry| entry.share.clone());
        let begun = in_history.chain(in_journals).find(of_run);
        let whole = history
            .iter()
            .any(|entry| entry.run == run && entry.share.is_none())
            || self.journals.holds(run)?;
        let problem = match (share, begun) {
            (Some(_), _) if whole => "it was begun without shares".to_owned(),
            (Some(share), Some(begun)) if begun.share.of() != share.of() => {
                format!("it was begun with {} shares", begun.share.of())
            }
            (None, Some(begun)) => format!("it was begun with {} shares", begun.share.of()),
            _ => String::new(),
        };
        if !problem.is_empty() {
            return Err(wrong(
                run,
                &problem,
                "into how many shares a run is cut is decided when it is begun; choose another id for another run",
            ));
        }
        let ended = history
            .iter()
            .filter(|entry| entry.share.as_ref().is_some_and(of_run))
            .find(|entry| !matches!(entry.state, RunState::Running | RunState::Completed));
        match ended.map(|entry| entry.state) {
            None => Ok(()),
            Some(RunState::Aborted) => Err(gone(run, "it was aborted")),
            Some(_) => Err(gone(run, "it was rolled back")),
        }
    }

    /// Finds what the keyspace remembers of a run.
    pub(crate) fn entry(&self, run: &str) -> Result<Option<HistoryEntry>, Error> {
        let history = self.history()?;
        Ok(history.into_iter().find(|entry| entry.run == run))
    }

    /// Tells once more how a run has ended, by its journal if that is here, else by what the keyspace remembers.
    pub(crate) fn recalled(&self, entry: &HistoryEntry, here: bool) -> Result<RunReport, Error> {
        let recalled = if here {
            recall(&self.journals.open_read_only(&entry.run)?).map_err(ended_with)?
        } else {
            remembered(entry)
        };
        let tally = Tally {
            kept: entry.kept,
            ..recalled.tally
        };
        Ok(RunReport {
            mode: Mode::Ended,
            run: entry.run.clone(),
            migration: entry.migration.clone(),
            digest: entry.digest.clone(),
            target: self.target.name(),
            outcome: RunOutcome {
                end: RunEnd::Completed,
                tally,
                rejected: recalled.rejected,
                kept: Vec::new(),
                breaches: Breaches::default(),
            },
            elapsed: Duration::ZERO,
            output: None,
            course: None,
            backups: Vec::new(),
        })
    }
}

/// Makes the header of a share out of that of a run: the shares of a run have its clock and its seed in common.
pub(super) fn header_of_share(
    header: Header,
    of: ShareOf,
    migration: &Migration,
    keyspace: &dyn Keyspace,
) -> Result<Header, Error> {
    if migration.transform().exports().run {
        return Err(Error::NotShareable {
            problem: "the transform is a program, which drives the whole keyspace itself"
                .to_owned(),
            hint: "run it with one worker, without --share".to_owned(),
        });
    }
    let mut header = Header {
        run: of.id(),
        ..header
    };
    for shard in keyspace.shards() {
        let ours = Terms {
            run: of.run.clone(),
            shares: of.share.of(),
            digest: header.digest.clone(),
            now_ms: header.now_ms,
            seed: header.seed,
        };
        let terms = shard.ledger()?.agree(&ours)?;
        refuse_another(&of.run, &terms.digest, migration)?;
        if terms.shares != ours.shares {
            return Err(wrong(
                &of.run,
                &format!("it has {} shares", terms.shares),
                "give every worker the same number of shares",
            ));
        }
        (header.now_ms, header.seed) = (terms.now_ms, terms.seed);
    }
    header.share = Some(of);
    Ok(header)
}

/// What the keyspace remembers of a run.
fn remembered(entry: &HistoryEntry) -> Recalled {
    let mut tally = Tally {
        keys_written: entry.written,
        ..Tally::default()
    };
    if entry.rejected > 0 {
        tally.rejected.insert(UNKNOWN.to_owned(), entry.rejected);
    }
    Recalled {
        tally,
        rejected: Vec::new(),
    }
}

/// The longest id of a run that can be chosen: those of its shares and of its rollback are made of it.
const ID_BYTES: usize = 90;

fn refuse_place(target: &Target, run: &str) -> Result<(), Error> {
    if matches!(target, Target::File(_)) {
        return Err(Error::Target {
            problem: "the id of a run cannot be chosen for a file".to_owned(),
            hint: "a file is written whole or not at all, so that there is nothing to go on with"
                .to_owned(),
        });
    }
    if run.len() > ID_BYTES || ShareOf::of_id(run).is_some() {
        return Err(wrong(
            run,
            "no run can have this id",
            "choose one of at most 90 characters that does not end like that of a share, in -0-of-3",
        ));
    }
    Ok(())
}

fn refuse_another(run: &str, digest: &str, migration: &Migration) -> Result<(), Error> {
    if digest == migration.digest() {
        return Ok(());
    }
    Err(wrong(
        run,
        "it is a run of another migration, or of this one in another form",
        "choose another id for another run; `remold history` shows what was run under which",
    ))
}

fn gone(run: &str, problem: &str) -> Error {
    wrong(
        run,
        problem,
        "choose another id to run the migration once more",
    )
}
