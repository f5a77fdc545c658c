//! `spec.strategy`: how the run proceeds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Percentage, Period};

/// How the run proceeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Strategy {
    /// Ascending shares of the keys that are migrated and verified first, one after the other; the rest
    /// follows. None when empty.
    pub canary: Vec<Percentage>,
    /// How many batches are in flight at a time, each on a connection of its own.
    #[schemars(range(min = 1, max = 256))]
    pub parallelism: u32,
    /// How many keys are written in one atomic step.
    #[schemars(range(min = 1, max = 1024))]
    pub batch_size: u32,
    /// How a write is made conditional on the key not having changed since it was read.
    pub guard: Guard,
    /// What slows the run down for the sake of the server's other users.
    pub throttle: Throttle,
}

impl Default for Strategy {
    fn default() -> Self {
        Self {
            canary: Vec::new(),
            parallelism: 8,
            batch_size: 64,
            guard: Guard::Auto,
            throttle: Throttle::default(),
        }
    }
}

/// How a write is made conditional on the key not having changed since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// The best that the server offers, found by probing it.
    Auto,
    /// `WATCH`, `MULTI` and `EXEC`.
    Watch,
    /// A Lua script that compares before it writes.
    Lua,
    /// No condition: a write of the application at the same moment is lost. Only for an application that
    /// is stopped, which the operator confirms when the run starts.
    None,
}

/// What slows the run down for the sake of the server's other users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Throttle {
    /// At most this many keys per second; as many as the server answers when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64", range(min = 1))]
    pub keys_per_second: Option<u64>,
    /// Batches keep so far apart that fewer than one in a hundred of the run's own probes are answered later
    /// than this; never when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period", extend("x-remold-positive" = true))]
    pub max_latency: Option<Period>,
}
