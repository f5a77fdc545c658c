//! Dry runs, runs and resumes.

mod options;
mod parts;
mod report;
mod standing;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use remold_archive::JournalDirectory;
use remold_engine::port::{Journal, Keyspace, ShardFacts};
use remold_engine::record::{Header, JournalRecord, Mark};
use remold_engine::verify::quarantine_of;
use remold_engine::{Action, Allowance, Control, Identity, Observer, Phase, RunEnd, RunSpec};

use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::narrowed::Narrowing;
use crate::open::{self, Opened, Reach};
use crate::recorder::Recorder;
use crate::refusal::{is_recorded, refuse_eviction, refuse_repetition, refuse_stranger};
use crate::target::Target;
use crate::wait::{Wait, until_free};
pub use options::{Moment, RunOptions};
pub use report::{Mode, RunReport};
pub use standing::Standing;
use words::describe;
pub(crate) use words::{ended_with, wrong};

/// Runs migrations on one target, with journals in one directory.
#[derive(Debug, Clone)]
pub struct Runner {
    pub(crate) target: Target,
    pub(crate) journals: JournalDirectory,
}

impl Runner {
    /// Makes a runner. Nothing is contacted yet.
    pub fn new(target: Target, journals: JournalDirectory) -> Self {
        Self { target, journals }
    }

    /// Returns the target.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Returns the directory of the journals.
    pub fn journals(&self) -> &JournalDirectory {
        &self.journals
    }

    /// Executes the real transform over the real keys and writes nothing, not even bookkeeping.
    pub fn dry_run(
        &self,
        migration: &Migration,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let mut header = open::header_of(migration, &self.target);
        if let Some(moment) = options.moment {
            (header.now_ms, header.seed) = (moment.now_ms, moment.seed);
        }
        let some = options.recorder.as_ref().and_then(Recorder::narrowing);
        self.try_out(migration, header, some.as_ref(), options, control, observer)
    }

    /// Carries out a dry run, over some of the keys or all.
    pub(crate) fn try_out(
        &self,
        migration: &Migration,
        header: Header,
        some: Option<&Narrowing>,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let observer = options.overhear(&header, Mode::DryRun, observer);
        Identity::of(&header).tell(&observer);
        Phase::Open.tell(&observer);
        let wait = Wait::of(migration, control, &observer);
        let (reach, seed) = (Reach::of(migration), header.seed);
        let opened =
            wait.attempt(|| Opened::to_try_some(&self.target, reach, seed, some.cloned()))?;
        let mut spec = open::spec_of(
            &self.target,
            migration,
            header,
            Action::Migrate(migration.transform()),
            options,
        );
        // Nothing is written anywhere.
        spec.backup = None;
        // All that a run would reject is wanted, not only what it takes to stop one.
        let allowed = std::mem::replace(&mut spec.policy.max_rejected, Allowance::Count(u64::MAX));
        let journal: Arc<dyn Journal> = Arc::new(remold_engine::Unjournalled::default());
        let keyspace = opened.keyspace.as_ref();
        let mut report = carry_out(Mode::DryRun, &spec, keyspace, &journal, control, &observer);
        report.course = migration.course().cloned();
        let tally = &report.outcome.tally;
        let too_many = allowed.exceeded(tally.rejected_total(), tally.handled(), true);
        if report.outcome.end == RunEnd::Completed && too_many {
            report.outcome.end = RunEnd::TooManyRejected;
        }
        Ok(report)
    }

    /// Finds out what a run would work on, and refuses what it would refuse at once. Nothing is written.
    pub fn plan(
        &self,
        migration: &Migration,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Vec<ShardFacts>, Error> {
        open::output_of(&self.target)?;
        Phase::Plan.tell(observer);
        until_free(
            options,
            control,
            observer,
            |_| None,
            || {
                Wait::of(migration, control, observer).attempt(|| {
                    let opened = self.open(migration, options, identity::seed())?;
                    let shards = opened.keyspace.shards().iter();
                    shards.map(|shard| Ok(shard.probe()?)).collect()
                })
            },
        )
    }

    /// Opens the target for a run from its beginning.
    fn open(
        &self,
        migration: &Migration,
        options: &RunOptions,
        seed: u64,
    ) -> Result<Opened, Error> {
        let share = options.run.as_deref().and_then(|run| options.share_of(run));
        let reach = Reach::of(migration);
        let opened = Opened::to_write_as(&self.target, reach, seed, share.as_ref())?;
        if !options.again {
            refuse_repetition(opened.keyspace.as_ref(), migration, share.as_ref())?;
        }
        refuse_eviction(opened.keyspace.as_ref(), options)?;
        Ok(opened)
    }

    /// Runs a migration; goes on with it, or tells how it has ended, if a run of the id that was chosen was begun before.
    pub fn run(
        &self,
        migration: &Migration,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        until_free(
            options,
            control,
            observer,
            |report: &RunReport| Some(&report.outcome.end),
            || match self.look_up(migration, options, control, observer)? {
                Standing::Unknown | Standing::Joining => {
                    self.begin(migration, options, control, observer)
                }
                Standing::Begun(run) => self.go_on(&run, options, control, observer),
                Standing::Ended(report) => Ok(*report),
            },
        )
    }

    fn begin(
        &self,
        migration: &Migration,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let output = open::output_of(&self.target)?;
        Phase::Open.tell(observer);
        let mut header = open::header_of(migration, &self.target);
        if let Some(run) = &options.run {
            header.run.clone_from(run);
        }
        let wait = Wait::of(migration, control, observer);
        let opened = wait.attempt(|| self.open(migration, options, header.seed))?;
        if let Some(of) = options.share_of(&header.run) {
            header = standing::header_of_share(header, of, migration, opened.keyspace.as_ref())?;
        }
        Identity::of(&header).tell(observer);
        let run = header.run.clone();
        let journal = self.journals.begin(&run, &header)?;
        let spec = open::spec_of(
            &self.target,
            migration,
            header,
            Action::Migrate(migration.transform()),
            options,
        );
        let observer = options.overhear(&spec.header, Mode::Run, observer);
        let mut report = carry_out(
            Mode::Run,
            &spec,
            opened.keyspace.as_ref(),
            &journal,
            control,
            &observer,
        );
        report.course = migration.course().cloned();
        report.backups = options.taken_backups();
        // A run that loses its lock in the middle ends in the same way; its journal is all that can undo it.
        let begun = journal.epoch() > 0;
        drop(journal);
        if matches!(report.outcome.end, RunEnd::Locked(_)) && !begun {
            // There is nothing to resume or undo.
            self.journals.remove(&run)?;
        }
        self.finish(report, &opened, output, &observer)
    }

    /// Goes on with a run that was interrupted, by its id; with `retry_rejected` tries its quarantine again.
    pub fn resume(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let run = self.part(run, options.share)?;
        until_free(
            options,
            control,
            observer,
            |report: &RunReport| Some(&report.outcome.end),
            || self.go_on(&run, options, control, observer),
        )
    }

    fn go_on(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let output = open::output_of(&self.target)?;
        Phase::Open.tell(observer);
        let (header, ended) = self.header(run)?;
        Identity::of(&header).tell(observer);
        if header.undoes.is_some() {
            return Err(Error::WrongState {
                run: run.to_owned(),
                problem: "it is a rollback".to_owned(),
                hint: format!(
                    "`remold rollback {}` goes on with it",
                    header.undoes.unwrap_or_default()
                ),
            });
        }
        let migration = open::migration_of(&header)?;
        let journal = self.journals.go_on(run)?;
        let (opened, is_recorded) = Wait::of(&migration, control, observer).attempt(|| {
            let (reach, share) = (Reach::of(&migration), header.share.as_ref());
            let opened = Opened::to_write_as(&self.target, reach, header.seed, share)?;
            refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
            refuse_eviction(opened.keyspace.as_ref(), options)?;
            let is_recorded = is_recorded(opened.keyspace.as_ref(), run)?;
            Ok((opened, is_recorded))
        })?;
        let action = match ended {
            None => Action::Migrate(migration.transform()),
            Some(Mark::Completed) if options.retry_rejected => Action::Retry(migration.transform()),
            // The server has gone back to before the end of the run: what it lost is done again.
            Some(Mark::Completed) if !is_recorded => Action::Migrate(migration.transform()),
            Some(Mark::Completed)
                if !quarantine_of(journal.as_ref())
                    .map_err(ended_with)?
                    .is_empty() =>
            {
                return Err(wrong(
                    run,
                    "it was carried to its end",
                    "--retry-rejected tries the keys in quarantine again",
                ));
            }
            Some(mark) => {
                return Err(wrong(
                    run,
                    describe(&mark),
                    "there is nothing to go on with",
                ));
            }
        };
        if options.retry_rejected && matches!(self.target, Target::File(_)) {
            return Err(wrong(
                run,
                "it was on a file",
                "run the migration again on the file that it wrote, with --again",
            ));
        }
        let spec = open::spec_of(&self.target, &migration, header, action, options);
        let course = migration.course().cloned();
        let observer = options.overhear(&spec.header, Mode::Resume, observer);
        let mut report = carry_out(
            Mode::Resume,
            &spec,
            opened.keyspace.as_ref(),
            &journal,
            control,
            &observer,
        );
        drop(journal);
        report.course = course;
        report.backups = options.taken_backups();
        self.finish(report, &opened, output, &observer)
    }

    /// Reads a journal's header and the run's end, if it has one.
    pub(crate) fn header(&self, run: &str) -> Result<(Header, Option<Mark>), Error> {
        let reader = self.journals.open_read_only(run)?;
        let mut ended = None;
        for record in reader.replay() {
            if let JournalRecord::Mark(mark) = record?
                && !matches!(mark, Mark::Stage(_) | Mark::Checkpoint(_))
            {
                ended = Some(mark);
            }
        }
        Ok((reader.header().clone(), ended))
    }

    /// Writes the file that the run made, if it was carried to its end.
    fn finish(
        &self,
        mut report: RunReport,
        opened: &Opened,
        output: Option<PathBuf>,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let Some(output) = output else {
            return Ok(report);
        };
        if report.outcome.end != RunEnd::Completed {
            // The overlay is gone with this process: there is nothing that a resume could go on with.
            if report.mode == Mode::Run {
                drop(self.journals.remove(&report.run));
            }
            return Ok(report);
        }
        Phase::Write.tell(observer);
        if let Err(error) = opened.write_file(&output) {
            drop(self.journals.remove(&report.run));
            return Err(error);
        }
        report.output = Some(output);
        Ok(report)
    }
}

pub(crate) fn carry_out(
    mode: Mode,
    spec: &RunSpec,
    keyspace: &dyn Keyspace,
    journal: &Arc<dyn Journal>,
    control: &Control,
    observer: &dyn Observer,
) -> RunReport {
    let begun = Instant::now();
    let outcome = remold_engine::run(
        spec,
        keyspace,
        std::slice::from_ref(journal),
        control,
        observer,
    );
    RunReport {
        mode,
        run: spec.header.run.clone(),
        migration: spec.header.migration.clone(),
        digest: spec.header.digest.clone(),
        target: spec.header.target.clone(),
        outcome,
        elapsed: begun.elapsed(),
        output: None,
        course: None,
        backups: Vec::new(),
    }
}
