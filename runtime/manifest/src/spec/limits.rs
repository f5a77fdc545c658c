//! `spec.limits`: what one call of the transform may use.

use remold_host_api::Limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Period, Size};

/// What one call of the transform may use. A record whose transform passes a limit is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitSpec {
    /// The deterministic budget of operations, the same in a dry run and in a run.
    pub fuel: FuelSpec,
    /// Wall clock for one batch.
    #[schemars(extend("x-remold-positive" = true))]
    pub timeout: Period,
    /// Memory that the transform's own values may take.
    #[schemars(extend("x-remold-positive" = true))]
    pub memory: Size,
    /// What the transform may write for one record: new values, emitted entries, log lines.
    #[schemars(extend("x-remold-positive" = true))]
    pub output: Size,
    /// The largest key that the transform is given, by the size of its serialised value.
    #[schemars(extend("x-remold-positive" = true))]
    pub max_key_bytes: Size,
    /// What becomes of a larger key.
    pub oversized: Oversized,
}

impl Default for LimitSpec {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            fuel: FuelSpec::default(),
            timeout: Period::from_millis(
                u64::try_from(limits.timeout.as_millis()).expect("the default is short"),
            ),
            memory: Size::from_bytes(limits.memory as u64),
            output: Size::from_bytes(limits.output as u64),
            max_key_bytes: Size::from_bytes(8 << 20),
            oversized: Oversized::Reject,
        }
    }
}

impl From<&LimitSpec> for Limits {
    fn from(spec: &LimitSpec) -> Self {
        Self {
            fuel_base: spec.fuel.base,
            fuel_per_record: spec.fuel.per_record,
            fuel_per_byte: spec.fuel.per_byte,
            timeout: spec.timeout.to_duration(),
            memory: spec.memory.to_usize(),
            output: spec.output.to_usize(),
        }
    }
}

/// The deterministic budget of operations, of which one is a step of a script or twenty instructions of a component: a base for
/// a call, more for each record of its batch, and more for each byte of those records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FuelSpec {
    /// Operations for a call.
    pub base: u64,
    /// Operations for each record of the batch.
    #[schemars(range(min = 1))]
    pub per_record: u64,
    /// Operations for each byte of the batch's records.
    pub per_byte: u64,
}

impl Default for FuelSpec {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            base: limits.fuel_base,
            per_record: limits.fuel_per_record,
            per_byte: limits.fuel_per_byte,
        }
    }
}

/// What becomes of a key that is larger than `maxKeyBytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Oversized {
    /// It is left alone and counted as skipped.
    Skip,
    /// It is rejected and counts towards `policy.maxRejected`.
    Reject,
    /// It is transformed like the others, and fetched in parts, so that the server is never held up by one large
    /// reply; whatever its size, it is in memory whole while it is transformed. Needs the guard `watch` or `none`.
    Stream,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        assert_eq!(Limits::from(&LimitSpec::default()), Limits::default());
    }
}
