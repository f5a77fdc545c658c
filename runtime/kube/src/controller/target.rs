//! Which way leads to a `RedisTarget`: the target as its author wrote it, or what its operator's resource leads to.

use kube::ResourceExt;

use super::cluster::Cluster;
use super::error::Error;
use crate::operators::{self, Found};
use crate::resources::{RedisTarget, TargetSpec};
use crate::workers::Connection;

/// A way to a server.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    /// The target.
    pub(crate) target: RedisTarget,
    /// Its spec, with what its operator's resource leads to.
    pub(crate) spec: TargetSpec,
    /// How workers reach it.
    pub(crate) connection: Connection,
}

/// What stands between a target and a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// One word.
    pub(crate) reason: &'static str,
    /// For people.
    pub(crate) message: String,
}

impl Cluster {
    /// Finds the way to a target.
    pub(crate) async fn way_to(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Result<Way, Obstacle>, Error> {
        let Some(target) = self.get::<RedisTarget>(namespace, name).await? else {
            return Ok(Err(Obstacle {
                reason: "TargetNotFound",
                message: format!("there is no RedisTarget {name} in namespace {namespace}"),
            }));
        };
        if target.metadata.deletion_timestamp.is_some() {
            return Ok(Err(Obstacle {
                reason: "TargetDeleted",
                message: format!("the RedisTarget {name} is being deleted"),
            }));
        }
        self.way_of(target).await
    }

    pub(crate) async fn way_of(&self, target: RedisTarget) -> Result<Result<Way, Obstacle>, Error> {
        let namespace = target.namespace().unwrap_or_default();
        let mut spec = target.spec.clone();
        if let Some(reference) = &target.spec.operator {
            match operators::look_up(self.client(), &namespace, reference).await {
                Ok(Found::Way(found)) => spec = found.over(spec),
                Ok(Found::Not(message)) => {
                    let reason = "OperatorResourceNotReady";
                    return Ok(Err(Obstacle { reason, message }));
                }
                Err(source) => {
                    let what = format!("read {} {}", reference.kind, reference.name);
                    return Err(Error::Api { what, source });
                }
            }
        }
        Ok(match Connection::of(&spec, &namespace) {
            Ok(connection) => Ok(Way {
                target,
                spec,
                connection,
            }),
            Err(error) => Err(Obstacle {
                reason: "InvalidTarget",
                message: error.to_string(),
            }),
        })
    }
}
