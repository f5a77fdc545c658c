//! The change as a migration: the manifest, and the script in Rhai.

use std::collections::BTreeMap;

use remold::Migration;

use crate::arguments::Shape;
use crate::data::{DataSet, PATTERN};
use crate::error::Error;

/// Returns the migration of a data set, its transform in Rhai. With a limit it slows down for the server's other users.
pub(crate) fn migration(
    data: DataSet,
    shape: Shape,
    max_latency: Option<&str>,
) -> Result<Migration, Error> {
    let script = match data {
        DataSet::Hashes => include_str!("../../transforms/hashes.rhai"),
        DataSet::Json => include_str!("../../transforms/json.rhai"),
        DataSet::Small => include_str!("../../transforms/small.rhai"),
        DataSet::Sorted => include_str!("../../transforms/sorted.rhai"),
        DataSet::Mixed => include_str!("../../transforms/mixed.rhai"),
    };
    let sources = BTreeMap::from([("change.rhai".to_owned(), script.as_bytes().to_vec())]);
    let manifest = manifest("rhai: { file: change.rhai }", shape, max_latency);
    Ok(Migration::from_parts("bench", &manifest, sources)?)
}

/// Writes the manifest of a transform.
pub(super) fn manifest(transform: &str, shape: Shape, max_latency: Option<&str>) -> String {
    let throttle = max_latency.map_or_else(String::new, |limit| {
        format!("    throttle: {{ maxLatency: {limit} }}\n")
    });
    format!(
        "apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: {{ name: bench }}
spec:
  select: {{ match: \"{PATTERN}\" }}
  transform: {{ {transform} }}
  strategy:
    parallelism: {}
    batchSize: {}
{throttle}",
        shape.parallelism, shape.batch_size
    )
}
