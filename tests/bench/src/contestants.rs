//! Who takes part. All make the same change; what each promises while it does is another matter.

mod bare;
mod feed;
mod go_redis;
mod lua;
mod redis_py;
mod remold;
mod toolchain;

use clap::ValueEnum;
use serde::Serialize;

use crate::arguments::{Entry, Shape};
use crate::child::Launch;
use crate::data::DataSet;
use crate::error::Error;

/// A way to change the keys of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contestant {
    /// Bare loop: DUMP, RESTORE, no guard: loses what others write meanwhile.
    A,
    /// Bare loop: the same under WATCH, and nothing else: no journal, no resume, no way back.
    B,
    /// Bare loop: B, and a look at each key's size before it is read: the commands that Remold sends for a key.
    BSized,
    /// Remold, the transform in Rust.
    Native,
    /// Remold, the transform in Rhai.
    Rhai,
    /// Remold, the transform as a component in Rust, by columns.
    Component,
    /// Remold, the transform in Rust, with `maxLatency: 2ms`.
    Gentle,
    /// A script in Python: redis-py with hiredis, pipelines of 1000, no guard.
    RedisPy,
    /// A program in Go: go-redis with 8 goroutines, pipelines of 1000, no guard.
    GoRedis,
    /// A script in the server: 500 keys a call, which blocks everybody else.
    Lua,
}

/// What a contestant does once it was told to begin.
pub(crate) type Work = Box<dyn FnOnce() -> Result<(), Error>>;

impl Contestant {
    /// Returns the name in tables.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::A => "A: bare loop, no guard",
            Self::B => "B: bare loop, guarded",
            Self::BSized => "B, looking at sizes as well",
            Self::Native => "Remold, native transform",
            Self::Rhai => "Remold, Rhai transform",
            Self::Component => "Remold, Rust component",
            Self::Gentle => "Remold, native, maxLatency 2ms",
            Self::RedisPy => "redis-py, pipelined, no guard",
            Self::GoRedis => "go-redis, 8 goroutines, no guard",
            Self::Lua => "Lua in the server, 500 keys a call",
        }
    }

    /// Makes what is needed to take part, or says why that cannot be had here.
    pub(crate) fn launch(self, port: u16, data: DataSet, shape: Shape) -> Result<Launch, String> {
        let port = port.to_string();
        match self {
            Self::RedisPy | Self::GoRedis | Self::Lua | Self::Component
                if data != DataSet::Hashes =>
            {
                Err("it is written for hashes only".to_owned())
            }
            Self::RedisPy => redis_py::launch(port),
            Self::GoRedis => go_redis::launch(port),
            _ => Ok(Launch {
                program: std::env::current_exe().map_err(|error| error.to_string())?,
                arguments: vec![
                    "contestant".to_owned(),
                    name_of(&self),
                    format!("--port={port}"),
                    format!("--data={}", name_of(&data)),
                    format!("--parallelism={}", shape.parallelism),
                    format!("--batch-size={}", shape.batch_size),
                ],
            }),
        }
    }
}

/// Prepares a contestant to begin in this process.
pub(crate) fn prepared(entry: &Entry) -> Result<Work, Error> {
    let port = entry.port;
    match entry.contestant {
        Contestant::A => Ok(Box::new(move || bare::run(port, bare::UNGUARDED))),
        Contestant::B => Ok(Box::new(move || bare::run(port, bare::GUARDED))),
        Contestant::BSized => Ok(Box::new(move || bare::run(port, bare::SIZED))),
        Contestant::Native => remold::prepared(entry, remold::Way::Native),
        Contestant::Rhai => remold::prepared(entry, remold::Way::Rhai),
        Contestant::Component => remold::prepared(entry, remold::Way::Component),
        Contestant::Gentle => remold::prepared(entry, remold::Way::Gentle),
        Contestant::Lua => Ok(Box::new(move || lua::run(port))),
        // These have programs of their own.
        Contestant::RedisPy | Contestant::GoRedis => Err(Error::Worker),
    }
}

fn name_of(value: &impl ValueEnum) -> String {
    let name = value.to_possible_value();
    name.map_or_else(String::new, |name| name.get_name().to_owned())
}
