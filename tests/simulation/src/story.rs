//! One story: a run, and then its rollback, with everything that goes wrong on the way, and what must hold at each end.

use std::sync::Arc;

use bytes::Bytes;
use remold_engine::port::{Keyspace as _, Selection};
use remold_engine::record::{Header, JournalRecord};
use remold_engine::{
    Action, Allowance, Control, Oversized, Policy, RunEnd, RunSpec, Silent, Step, StepWatcher,
    Strategy, Throttle, Verdict,
};
use remold_host_api::{Capabilities, Context, Pattern};

use crate::disk::{Disk, Handle};
use crate::keyspace::{FOR_EVER, View, counts_of};
use crate::rules::Rules;
use crate::transform::Count;
use crate::world::{Faults, Process, World};

/// How often a run may be gone on with.
pub(crate) const ATTEMPTS: u32 = 30;

/// For how many turns of the others a slow lane stands still.
const DAWDLED: usize = 6;

/// How one story went.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// What happened, line by line.
    pub story: Vec<String>,
    /// What does not hold; nothing if all does.
    pub breach: Option<String>,
}

/// Tells the story of a seed. Runs inside of the simulation's scheduler.
pub(crate) fn tell(seed: u64, rules: Rules, faults: Faults) -> Ending {
    let mut chance = fastrand::Rng::with_seed(seed);
    let world = World::new(rules, chance.u64(..), chance.usize(1..=6), faults);
    let disk = begin(&world, "run", None);
    let mut breach = carry_out(&world, &disk, "run", None)
        .and_then(|()| migrated(&world))
        .err();
    if breach.is_none() {
        let state = |line: &str| world.now().tell(|| line.to_owned());
        state("--- the rollback");
        let undoing = begin(&world, "rollback", Some("run"));
        breach = carry_out(&world, &undoing, "rollback", Some(&disk))
            .and_then(|()| rolled_back(&world))
            .err();
    }
    let story = std::mem::take(&mut world.now().story);
    Ending { story, breach }
}

pub(crate) fn header(run: &str, undoes: Option<&str>) -> Header {
    Header {
        run: run.to_owned(),
        migration: "count".to_owned(),
        digest: "0".to_owned(),
        manifest: serde_json::Value::Null,
        sources: Vec::new(),
        grants: Vec::new(),
        undoes: undoes.map(str::to_owned),
        share: None,
        target: "model".to_owned(),
        now_ms: 1,
        seed: 1,
        remold: "simulation".to_owned(),
    }
}

fn begin(world: &Arc<World>, run: &str, undoes: Option<&str>) -> Arc<Disk> {
    begin_with(world, header(run, undoes))
}

pub(crate) fn begin_with(world: &Arc<World>, header: Header) -> Arc<Disk> {
    let disk = Disk::new(world);
    disk.begin(JournalRecord::Header(Box::new(header)));
    disk
}

/// Lets processes work at a run, one after the other and some side by side, until one says that it is completed.
fn carry_out(
    world: &Arc<World>,
    disk: &Arc<Disk>,
    run: &'static str,
    undone: Option<&Arc<Disk>>,
) -> Result<(), String> {
    for attempt in 0..ATTEMPTS {
        // Whatever comes is bounded; in the last attempts nothing goes wrong.
        world.now().calm = attempt + 2 >= ATTEMPTS;
        let mut ends = Vec::new();
        let rival = world.now().strikes(2, |left| &mut left.takeovers);
        let workers: Vec<_> = (0..=u32::from(rival))
            .map(|place| {
                let process = Process::new(attempt * 2 + place);
                let (world, disk) = (Arc::clone(world), Arc::clone(disk));
                let undone = undone.map(Arc::clone);
                shuttle::thread::spawn(move || work(&world, &disk, run, undone.as_ref(), &process))
            })
            .collect();
        for worker in workers {
            ends.push(worker.join().map_err(|_| "a process panicked".to_owned())?);
        }
        world.now().tell(|| format!("ends: {ends:?}"));
        if world.now().is_endless() {
            break;
        }
        if ends.contains(&RunEnd::Completed) {
            // What is still on its way arrives now, if it ever does.
            let mut state = world.now();
            while !state.server.late.is_empty() {
                state.deliver();
            }
            return Ok(());
        }
    }
    Err(format!("the {run} does not come to its end"))
}

fn work(
    world: &Arc<World>,
    disk: &Arc<Disk>,
    run: &str,
    undone: Option<&Arc<Disk>>,
    process: &Process,
) -> RunEnd {
    let action = match undone {
        None => Action::Migrate(Arc::new(Count)),
        Some(disk) => Action::Undo {
            journal: Handle::open(disk, process),
            revert: None,
        },
    };
    let (steps, carriers) = (steps(world, disk, process), carriers(world));
    let spec = |header: Header, action: Action| spec(process, header, action, &steps, carriers);
    let view = View::new(world, process, None);
    let end = undone
        .map_or(Ok(()), |undone| {
            let spec = spec(header("run", None), Action::Migrate(Arc::new(Count)));
            settle_undone(&spec, &view, undone, process)
        })
        .map_or_else(
            |end| end,
            |()| {
                let journal = Handle::open(disk, process);
                let spec = spec(header(run, undone.map(|_| "run")), action);
                remold_engine::run(&spec, &view, &[journal], &Control::new(), &Silent).end
            },
        );
    disk.close(process.name);
    if process.is_dead() {
        RunEnd::Interrupted
    } else {
        end
    }
}

/// Has a process die, or dawdle, at the steps of its run.
pub(crate) fn steps(world: &Arc<World>, disk: &Arc<Disk>, process: &Process) -> StepWatcher {
    Arc::new({
        let (world, disk, process) = (Arc::clone(world), Arc::clone(disk), process.clone());
        move |step: Step| {
            // Where a process dies matters most between what it wrote here and what it writes there.
            let odds = match step {
                Step::AfterApply if disk.is_behind() => 3,
                Step::AfterJournal | Step::AfterApply | Step::AfterConflict => 15,
                _ => 60,
            };
            if !process.is_dead() && world.now().strikes(odds, |left| &mut left.crashes) {
                let name = process.name;
                world.now().tell(|| format!("P{name} dies at {step:?}"));
                process.die(&disk);
            }
            // One of two lanes is slow where the order of what both write matters.
            if matches!(step, Step::AfterJournal | Step::AfterVoid) && world.now().one_in(3) {
                (0..DAWDLED).for_each(|_| drop(world.turn()));
            }
            if process.is_dead() {
                Verdict::Die
            } else {
                Verdict::Continue
            }
        }
    })
}

/// Two threads with a lane each, or one that carries both.
pub(crate) fn carriers(world: &World) -> usize {
    if world.now().one_in(4) { 1 } else { 2 }
}

pub(crate) fn spec(
    process: &Process,
    header: Header,
    action: Action,
    steps: &StepWatcher,
    carriers: usize,
) -> RunSpec {
    RunSpec {
        header,
        owner: format!("P{}", process.name),
        within: Vec::new(),
        selection: Selection {
            pattern: Pattern::new("*"),
            exclude: Vec::new(),
            kind: None,
            keys: None,
            max_bytes: u64::MAX,
        },
        action,
        capabilities: Capabilities::default(),
        context: Context {
            parameters: serde_json::Value::Null,
            now_ms: 1,
            seed: 1,
        },
        policy: Policy {
            max_rejected: Allowance::Count(0),
            overwrite: false,
            conflict_retries: 1000,
            oversized: Oversized::Reject,
            patience: FOR_EVER,
        },
        strategy: Strategy {
            canary: Vec::new(),
            lanes: Some(2),
            carriers: Some(carriers),
            batch: Some(2),
            throttle: Throttle::default(),
            lock_ttl: FOR_EVER,
        },
        reserved_prefix: Bytes::from_static(b"__remold:"),
        show_changes: false,
        steps: Some(Arc::clone(steps)),
        witness: None,
        backup: None,
    }
}

/// Begins a rollback as `remold` does: on a server that has gone back into the run, that is settled as it now is.
fn settle_undone(
    spec: &RunSpec,
    view: &View,
    undone: &Arc<Disk>,
    process: &Process,
) -> Result<(), RunEnd> {
    let history = view.shards()[0]
        .ledger()
        .and_then(|mut ledger| ledger.history());
    let history = history.map_err(RunEnd::Unavailable)?;
    let run = &spec.header.run;
    if !history.iter().any(|entry| entry.is_without_end(run)) {
        return Ok(());
    }
    let closed = remold_engine::close(spec, view, &[Handle::open(undone, process)]);
    undone.close(process.name);
    closed
}

/// Every key that was there all the time was counted once, none twice, and no write of the application is lost.
fn migrated(world: &World) -> Result<(), String> {
    for (key, counts, written, whole) in counts_of(world) {
        if counts.transform > 1 {
            return Err(format!("{key:?} was migrated {} times", counts.transform));
        }
        if whole && counts.transform == 0 {
            return Err(format!("{key:?} was never migrated"));
        }
        nothing_lost(&key, counts.application, written)?;
    }
    Ok(())
}

/// No key was taken back twice, and no write of the application is lost.
fn rolled_back(world: &World) -> Result<(), String> {
    for (key, counts, written, _) in counts_of(world) {
        if counts.transform > 1 {
            return Err(format!("{key:?} was migrated by the rollback"));
        }
        nothing_lost(&key, counts.application, written)?;
    }
    Ok(())
}

pub(crate) fn nothing_lost(key: &Bytes, there: u64, written: u64) -> Result<(), String> {
    if there == written {
        return Ok(());
    }
    Err(format!(
        "the application wrote {key:?} {written} times, and {there} are there"
    ))
}
