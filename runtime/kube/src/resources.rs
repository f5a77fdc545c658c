//! The custom resources, in Rust: what users write, and what the controller says of it.
//!
//! `RedisMigration` and `RedisSchema` are the very documents of the command line, whose types are in `remold-manifest`; the
//! others are described here. The doc comments of fields are what `kubectl explain` shows. How a definition is made of a type,
//! with its rules and columns, is in [`crate::definitions`].

use std::borrow::Cow;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

mod backup;
mod migration;
mod run;
mod schema;
mod target;
mod written;

pub use backup::{
    Artifact, BackupProvider, BackupSpec, BackupStatus, JournalBackup, RestoreRequest,
};
pub use migration::{MigrationStatus, PausedWorkload, PlanSummary};
pub use run::{RunAction, RunSpec, RunStatus, Tally, WorkerState, WorkerStatus};
pub use schema::{SchemaStatus, VersionSummary};
pub use target::{
    AuthSpec, OperatorReference, SecretKey, ServiceReference, TargetPolicy, TargetSpec,
    TargetStatus, TlsSpec,
};
pub use written::Written;

/// The API group of all custom resources.
pub const GROUP: &str = "remold.dev";
/// The version of all custom resources.
pub const VERSION: &str = "v1alpha1";

/// Defines the type of a custom resource and what the client has to know of it.
macro_rules! resource {
    ($(#[$doc:meta])* $name:ident, $plural:literal, $short:literal, $spec:ty, $status:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        pub struct $name {
            /// The object's name, labels, owners and so on.
            pub metadata: ObjectMeta,
            /// What is wanted.
            pub spec: $spec,
            /// What is: written by the controller and by workers alone.
            #[serde(default)]
            pub status: Option<$status>,
        }

        /// As the API has it: with version and kind.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut object = serializer.serialize_struct(Self::KIND, 5)?;
                object.serialize_field("apiVersion", &Self::api_version(&()))?;
                object.serialize_field("kind", Self::KIND)?;
                object.serialize_field("metadata", &self.metadata)?;
                object.serialize_field("spec", &self.spec)?;
                match &self.status {
                    Some(status) => object.serialize_field("status", status)?,
                    None => object.skip_field("status")?,
                }
                object.end()
            }
        }

        impl $name {
            /// The kind.
            pub const KIND: &str = stringify!($name);
            /// The plural, as in the API's paths.
            pub const PLURAL: &str = $plural;
            /// The short name for `kubectl`.
            pub const SHORT: &str = $short;
        }

        impl kube::Resource for $name {
            type DynamicType = ();
            type Scope = NamespaceResourceScope;

            fn kind((): &()) -> Cow<'_, str> {
                Self::KIND.into()
            }
            fn group((): &()) -> Cow<'_, str> {
                GROUP.into()
            }
            fn version((): &()) -> Cow<'_, str> {
                VERSION.into()
            }
            fn plural((): &()) -> Cow<'_, str> {
                Self::PLURAL.into()
            }
            fn meta(&self) -> &ObjectMeta {
                &self.metadata
            }
            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.metadata
            }
        }
    };
}

resource! {
    /// How to reach a Redis.
    RedisTarget, "redistargets", "rt", TargetSpec, TargetStatus
}
resource! {
    /// One version of the shape of one subject's keys.
    RedisSchema, "redisschemas", "rsch", Written<remold_manifest::SchemaSpec>, SchemaStatus
}
resource! {
    /// A migration: the manifest of the command line.
    RedisMigration, "redismigrations", "rm", Written<remold_manifest::Spec>, MigrationStatus
}
resource! {
    /// One execution of a migration, or of the way back.
    RedisMigrationRun, "redismigrationruns", "rmr", RunSpec, RunStatus
}
resource! {
    /// A backup and where it is.
    RedisBackup, "redisbackups", "rb", Written<BackupSpec>, BackupStatus
}
