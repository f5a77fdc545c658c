//! The codec of Remold against the servers that made the bytes: what it reads out of them is what the server's own
//! commands say, and what it writes the server takes and holds as before.

mod files;
mod hostile;
mod meaning;
mod values;

use bytes::Bytes;
use redis::{Connection, cmd};
use remold_rdb::{Target, Thresholds, Version};
use remold_tests::{Server, ServerVersion, Shape, Snapshot, populate};

/// A server with keys of all shapes in database 0, and what its commands say of them.
struct Sample {
    server: Server,
    before: Snapshot,
}

impl Sample {
    /// Shapes under default settings, then those that need others.
    fn all(version: ServerVersion) -> [Self; 2] {
        let plain = Server::start(version, remold_tests::Options::new());
        let wide = Server::start(version, Shape::wide_options(version));
        [
            Self::of(plain, &Shape::all(version)),
            Self::of(wide, &Shape::wide(version)),
        ]
    }

    fn of(server: Server, shapes: &[Shape]) -> Self {
        let mut connection = server.connection();
        populate(&mut connection, shapes, "", shapes.len() as u64 * 4);
        let before = Snapshot::take(&mut connection);
        Self { server, before }
    }

    /// What is encoded for this server: its version of the format and its thresholds.
    fn target(&self) -> Target {
        let mut connection = self.server.connection();
        let settings: Vec<(String, String)> = cmd("CONFIG")
            .arg("GET")
            .arg("*")
            .query(&mut connection)
            .expect("CONFIG GET");
        let pairs = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let version = version_of(&mut connection);
        Target {
            thresholds: Thresholds::from_config(pairs),
            ..Target::new(version)
        }
    }
}

/// The version of the format that a server writes, read off a payload.
fn version_of(connection: &mut Connection) -> Version {
    cmd("SET")
        .arg("probe")
        .arg("x")
        .exec(connection)
        .expect("SET");
    let payload: Vec<u8> = cmd("DUMP").arg("probe").query(connection).expect("DUMP");
    cmd("DEL").arg("probe").exec(connection).expect("DEL");
    remold_rdb::decode(&Bytes::from(payload))
        .expect("a payload of the server")
        .version
}

fn restore(connection: &mut Connection, key: &[u8], expires_at: Option<u64>, payload: &[u8]) {
    let mut command = cmd("RESTORE");
    command
        .arg(key)
        .arg(expires_at.unwrap_or(0))
        .arg(payload)
        .arg("REPLACE")
        .arg("ABSTTL");
    let done = command.exec(connection);
    done.unwrap_or_else(|error| panic!("{} is not taken: {error}", key.escape_ascii()));
}
