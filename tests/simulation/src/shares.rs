//! One story: a run of two shares and a whole run, over the same keys and with everything that goes wrong on the way. Nobody waits
//! for a lock, so that the two runs come in between each other wherever they can.

use std::sync::Arc;

use remold_engine::port::RunState;
use remold_engine::record::Header;
use remold_engine::{Action, Control, RunEnd, Share, ShareOf, Silent};

use crate::disk::{Disk, Handle};
use crate::keyspace::{View, counts_of};
use crate::rules::Rules;
use crate::story::{ATTEMPTS, Ending, begin_with, carriers, header, nothing_lost, spec, steps};
use crate::transform::Count;
use crate::world::{Faults, Process, World};

/// A part of the work, with its journal.
#[derive(Clone)]
struct Part {
    header: Header,
    disk: Arc<Disk>,
}

impl Part {
    fn begin(world: &Arc<World>, share: Option<ShareOf>) -> Self {
        let run = share
            .as_ref()
            .map_or_else(|| "whole".to_owned(), ShareOf::id);
        let header = Header {
            share,
            ..header(&run, None)
        };
        let disk = begin_with(world, header.clone());
        Self { header, disk }
    }

    /// Whether the server knows that it was carried to its end.
    fn is_done(&self, world: &World) -> bool {
        let state = world.now();
        let entry = state.server.data.history.get(&self.header.run);
        entry.is_some_and(|entry| entry.state == RunState::Completed)
    }

    fn work(&self, world: &Arc<World>, process: &Process) -> RunEnd {
        let view = View::new(world, process, self.header.share.clone());
        let steps = steps(world, &self.disk, process);
        let action = Action::Migrate(Arc::new(Count));
        let spec = spec(
            process,
            self.header.clone(),
            action,
            &steps,
            carriers(world),
        );
        let journal = Handle::open(&self.disk, process);
        let end = remold_engine::run(&spec, &view, &[journal], &Control::new(), &Silent).end;
        self.disk.close(process.name);
        if process.is_dead() {
            RunEnd::Interrupted
        } else {
            end
        }
    }
}

/// Tells the story of a seed. Runs inside of the simulation's scheduler.
pub(crate) fn tell(seed: u64, rules: Rules, faults: Faults) -> Ending {
    let mut chance = fastrand::Rng::with_seed(seed);
    let world = World::new(rules, chance.u64(..), chance.usize(1..=6), faults);
    world.now().goes_on = true;
    let share = |index| ShareOf {
        run: "shares".to_owned(),
        share: Share::new(index, 2).expect("there are two"),
    };
    let parts = [Some(share(0)), Some(share(1)), None].map(|share| Part::begin(&world, share));
    let breach = carry_out(&world, &parts)
        .and_then(|()| counted(&world))
        .err();
    let story = std::mem::take(&mut world.now().story);
    Ending { story, breach }
}

/// Lets processes work at the parts, side by side, until all of them are done.
fn carry_out(world: &Arc<World>, parts: &[Part]) -> Result<(), String> {
    let mut name = 0;
    for attempt in 0..ATTEMPTS {
        world.now().calm = attempt + 2 >= ATTEMPTS;
        let mut workers = Vec::new();
        for part in parts.iter().filter(|part| !part.is_done(world)) {
            // In the last attempts one after the other: whoever is fenced there has no more attempt.
            if !workers.is_empty() && world.now().calm {
                break;
            }
            let rival = world.now().strikes(3, |left| &mut left.takeovers);
            // Some come later than the others.
            if world.now().one_in(4) && !world.now().calm {
                continue;
            }
            for _ in 0..=u32::from(rival) {
                name += 1;
                let (world, part, process) = (Arc::clone(world), part.clone(), Process::new(name));
                workers.push(shuttle::thread::spawn(move || part.work(&world, &process)));
            }
        }
        let mut ends = Vec::new();
        for worker in workers {
            ends.push(worker.join().map_err(|_| "a process panicked".to_owned())?);
        }
        world.now().tell(|| format!("ends: {ends:?}"));
        let mut state = world.now();
        if let Some(trespass) = state.server.trespass.take() {
            return Err(trespass);
        }
        if state.is_endless() {
            break;
        }
        drop(state);
        if parts.iter().all(|part| part.is_done(world)) {
            return Ok(());
        }
    }
    Err("the two runs do not come to their ends".to_owned())
}

/// Every key that was there all the time was counted once by each of the two runs, and no write of the application is lost.
fn counted(world: &World) -> Result<(), String> {
    for (key, counts, written, whole) in counts_of(world) {
        let times = counts.transform;
        if times > 2 || (whole && times < 2) {
            return Err(format!("{key:?} was migrated {times} times by two runs"));
        }
        nothing_lost(&key, counts.application, written)?;
    }
    Ok(())
}
