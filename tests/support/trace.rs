//! What a server remembers of having been written to.

use std::collections::BTreeSet;

use redis::{Connection, cmd};

use super::{Options, Server, wait_for};

/// What would show that something was written: executed commands that write, and the server's own counters.
#[derive(Debug, PartialEq)]
pub struct Trace {
    /// Names of the commands that were called since [`Trace::forget`] and that the server says are writing ones.
    pub commands: BTreeSet<String>,
    /// Changes since the last save.
    pub dirty: Option<String>,
    /// How far replication has come; it only moves where a replica listens.
    pub offset: Option<String>,
}

impl Trace {
    /// Makes the server forget the commands of before.
    pub fn forget(server: &Server) {
        cmd("CONFIG")
            .arg("RESETSTAT")
            .exec(&mut server.connection())
            .expect("CONFIG RESETSTAT");
    }

    /// Reads it.
    pub fn of(server: &Server) -> Self {
        let mut connection = server.connection();
        let (stats, persistence, replication) = (
            info(&mut connection, "commandstats"),
            info(&mut connection, "persistence"),
            info(&mut connection, "replication"),
        );
        let names = stats.lines().filter_map(|line| {
            let (name, calls) = line.strip_prefix("cmdstat_")?.split_once(':')?;
            (!calls.starts_with("calls=0,"))
                .then(|| name.split('|').next().unwrap_or(name).to_owned())
        });
        let commands = names.filter(|name| writes(&mut connection, name)).collect();
        Self {
            commands,
            dirty: field(&persistence, "rdb_changes_since_last_save"),
            offset: field(&replication, "master_repl_offset"),
        }
    }
}

impl Server {
    /// Starts a replica and waits until it follows; the primary no longer moves its offset by itself to ping it.
    #[must_use = "it stops following when it is dropped"]
    pub fn replica(&self) -> Self {
        for (setting, value) in [
            ("repl-ping-replica-period", "3600"),
            ("repl-diskless-sync-delay", "0"),
        ] {
            cmd("CONFIG")
                .arg(&["SET", setting, value])
                .exec(&mut self.connection())
                .expect("CONFIG SET");
        }
        let options = Options::new().config(&format!("replicaof 127.0.0.1 {}", self.port()));
        let replica = Self::start(self.version(), options);
        wait_for("the replica to follow", || {
            let replication = info(&mut replica.connection(), "replication");
            (field(&replication, "master_link_status").as_deref() == Some("up")).then_some(())
        });
        replica
    }
}

fn info(connection: &mut Connection, section: &str) -> String {
    cmd("INFO").arg(section).query(connection).expect("INFO")
}

fn field(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.to_owned());
    text.lines().find_map(value)
}

/// Asks the server whether a command is one that writes.
fn writes(connection: &mut Connection, name: &str) -> bool {
    let described: redis::Value = cmd("COMMAND")
        .arg("INFO")
        .arg(name)
        .query(connection)
        .expect("COMMAND INFO");
    format!("{described:?}").contains("\"write\"")
}
