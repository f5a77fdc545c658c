//! What happens to the machines under a run: servers that fail over, stall, evict or lose clients, clocks that jump,
//! disks that fail, values and names at their limits. `bad_input/servers.rs` has the states that a server reports itself.

mod clocks;
mod connections;
mod databases;
mod disks;
mod failover;
mod memory;
mod names;
mod sizes;
mod stale;

use redis::{Connection, pipe};
use remold_tests::{Server, Snapshot};

use super::bad_input::servers::without_groups;
use super::stage::RESERVED;

/// The application's keys on any server, without what changes by itself.
fn keys_on(server: &Server, database: u32) -> Snapshot {
    let all = Snapshot::take(&mut server.connection_to(database));
    without_groups(all.without_prefix(RESERVED))
}

/// What [`crate::stage::COUNT`] does to hashes alone.
const COUNT: &str =
    "fn migrate(rec) { rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1); }";

/// How often each of the hashes `user:0`, `user:1` … was counted; `None` where it was not or is not there.
fn counts(connection: &mut Connection, keys: u32) -> Vec<Option<u32>> {
    let mut pipeline = pipe();
    for id in 0..keys {
        pipeline.cmd("HGET").arg(format!("user:{id}")).arg("runs");
    }
    pipeline.query(connection).expect("they are hashes")
}
