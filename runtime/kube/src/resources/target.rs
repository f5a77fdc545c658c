//! `RedisTarget`: how to reach a Redis, and what was found there.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use remold_manifest::{Approval, Reference};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How to reach a Redis: exactly one of `url`, `urlFrom`, `service`, `binding` and `operator`.
///
/// The controller never connects to it, and never reads a Secret: workers mount them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetSpec {
    /// The address, without a password: `redis://redis.shop:6379/0`, `rediss://` for TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1), extend("pattern" = "^rediss?://"))]
    pub url: Option<String>,
    /// A key of a Secret that holds the address, which may have a password in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecretKey")]
    pub url_from: Option<SecretKey>,
    /// A Service of the same namespace that leads to the primary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ServiceReference")]
    pub service: Option<ServiceReference>,
    /// A Secret of Service Binding (`servicebinding.io/redis`): `host`, `port`, `username`, `password`, `uri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub binding: Option<Reference>,
    /// A resource of a Redis operator, which is read to find Service and Secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "OperatorReference")]
    pub operator: Option<OperatorReference>,
    /// Who connects. Without it the address says, or nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "AuthSpec")]
    pub auth: Option<AuthSpec>,
    /// Certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TlsSpec")]
    pub tls: Option<TlsSpec>,
    /// The number of the database, instead of the address's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 65535))]
    pub database: Option<u32>,
    /// What the names of Remold's own keys begin with: `__remold:` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 63))]
    pub prefix: Option<String>,
    /// What every migration of this target needs, whatever its own document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TargetPolicy")]
    pub policy: Option<TargetPolicy>,
}

/// What every migration of a target needs, whatever its own document says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetPolicy {
    /// Who approves plans: with `manual` no document can do without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Approval")]
    pub approval: Option<Approval>,
    /// Whether there must be a proven backup beside the journal before a run.
    pub require_backup: bool,
    /// What of the powers that documents ask for is granted, as in `--grant`: `read:PATTERN`, `write:PATTERN`, `scan:PATTERN`,
    /// `backup`, `none`. All that is asked for if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64), inner(length(min = 1, max = 512)))]
    pub grants: Vec<String>,
}

/// A key of a Secret of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretKey {
    /// The Secret's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The key.
    #[schemars(length(min = 1, max = 253))]
    pub key: String,
}

/// A Service of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceReference {
    /// Its name.
    #[schemars(length(min = 1, max = 63))]
    pub name: String,
    /// The port: 6379 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 1))]
    pub port: Option<u16>,
    /// Whether it speaks TLS.
    #[serde(default)]
    pub tls: bool,
}

/// A resource of a Redis operator of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperatorReference {
    /// Its group and version, such as `redis.redis.opstreelabs.in/v1beta2`.
    #[schemars(length(min = 1, max = 253))]
    pub api_version: String,
    /// Its kind, such as `RedisReplication`.
    #[schemars(length(min = 1, max = 63))]
    pub kind: String,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// Who connects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct AuthSpec {
    /// The ACL user; `default` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub username: Option<String>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecretKey")]
    pub password_from: Option<SecretKey>,
}

/// Certificates, PEM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct TlsSpec {
    /// The authorities to trust, instead of the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecretKey")]
    pub ca_from: Option<SecretKey>,
    /// The worker's own certificate chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecretKey")]
    pub cert_from: Option<SecretKey>,
    /// The worker's own private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecretKey")]
    pub key_from: Option<SecretKey>,
}

/// What was found at a target, when a worker last looked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetStatus {
    /// The generation of the spec that this says something of; -1 before the first look.
    pub observed_generation: i64,
    /// `Ready`: a worker has reached it with the rights that a run needs.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// Where it is: the address without user and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub address: Option<String>,
    /// The product: `redis`, `valkey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub flavour: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub version: Option<String>,
    /// The guard that writes are made under there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub guard: Option<String>,
    /// How many keys it has, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub keys: Option<i64>,
    /// What a person should know of it.
    pub notes: Vec<String>,
    /// The run that is at work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub active_run: Option<String>,
    /// When a worker last looked, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub looked_at: Option<String>,
}
