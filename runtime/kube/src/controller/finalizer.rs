//! The finalizer, by which an object stays until what it began outside has ended.

use kube::ResourceExt;
use serde_json::json;

use super::cluster::{Cluster, Kind};
use super::error::Error;

/// The finalizer's name.
const NAME: &str = "remold.dev/workers";

/// Adds the finalizer if it is not there.
pub(super) async fn add<K: Kind>(cluster: &Cluster, object: &K) -> Result<(), Error> {
    if object.finalizers().iter().any(|name| name == NAME) {
        return Ok(());
    }
    let mut finalizers = object.finalizers().to_vec();
    finalizers.push(NAME.to_owned());
    let change = json!({ "metadata": { "finalizers": finalizers } });
    cluster.merge(object, &change).await
}

/// Takes the finalizer away.
pub(super) async fn remove<K: Kind>(cluster: &Cluster, object: &K) -> Result<(), Error> {
    if !object.finalizers().iter().any(|name| name == NAME) {
        return Ok(());
    }
    let mut finalizers = object.finalizers().to_vec();
    finalizers.retain(|name| name != NAME);
    let change = json!({ "metadata": { "finalizers": finalizers } });
    cluster.merge(object, &change).await
}
