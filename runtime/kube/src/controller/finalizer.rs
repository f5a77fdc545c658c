//! The finalizer, by which an object stays until what it began outside has ended.

use std::sync::Arc;

use kube::ResourceExt;
use serde_json::json;

use super::cluster::{Cluster, Kind};
use super::error::Error;

/// The finalizer's name.
pub(super) const NAME: &str = "remold.dev/workers";

/// Adds the finalizer if it is not there, and returns the object as it is then. One that is being deleted stays as it is.
pub(super) async fn ensure<K: Kind>(cluster: &Cluster, object: Arc<K>) -> Result<Arc<K>, Error> {
    let is_going = object.meta().deletion_timestamp.is_some();
    if is_going || object.finalizers().iter().any(|name| name == NAME) {
        return Ok(object);
    }
    let mut finalizers = object.finalizers().to_vec();
    finalizers.push(NAME.to_owned());
    let change = json!({ "metadata": { "finalizers": finalizers } });
    cluster.merge(object.as_ref(), &change).await.map(Arc::new)
}

/// Takes the finalizer away.
pub(super) async fn remove<K: Kind>(cluster: &Cluster, object: &K) -> Result<(), Error> {
    if !object.finalizers().iter().any(|name| name == NAME) {
        return Ok(());
    }
    let mut finalizers = object.finalizers().to_vec();
    finalizers.retain(|name| name != NAME);
    let change = json!({ "metadata": { "finalizers": finalizers } });
    cluster.merge(object, &change).await?;
    Ok(())
}
