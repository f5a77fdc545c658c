//! Resources of well-known Redis operators, read to find the Service and the Secrets of their servers. Nothing of them is ever
//! written.
//!
//! | resource | Service | password | TLS |
//! |---|---|---|---|
//! | OT-CONTAINER-KIT `Redis` | its name | `spec.kubernetesConfig.redisSecret` | `spec.TLS.secret` |
//! | OT-CONTAINER-KIT `RedisReplication` | name and `-master` | the same | the same |
//! | OT-CONTAINER-KIT `RedisCluster` | name and `-leader` | the same | the same |
//! | Valkey `ValkeyCluster` | `valkey-` and name | its users have one each: name it in `auth` | `spec.networking.tls` |
//! | Redis Enterprise `RedisEnterpriseDatabase` | `status.internalEndpoints` | `spec.databaseSecretName` | `spec.tlsMode` |
//! | Spotahome `RedisFailover` | `rfrm-` and name | `spec.auth.secretPath` | none |
//!
//! What a label or a status says of a node's role is not relied on: the worker asks the server itself.

use kube::api::{ApiResource, DynamicObject, GroupVersionKind};
use kube::core::gvk::ParseGroupVersionError;
use kube::{Api, Client};
use remold_manifest::Reference;
use serde_json::Value;

use crate::resources::{
    AuthSpec, OperatorReference, SecretKey, ServiceReference, TargetSpec, TlsSpec,
};

/// What an operator's resource leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A way to the server.
    Way(OperatorWay),
    /// None, or none yet: why.
    Not(String),
}

/// A way to a server that an operator runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperatorWay {
    service: Option<ServiceReference>,
    binding: Option<Reference>,
    password: Option<SecretKey>,
    authorities: Option<SecretKey>,
}

impl OperatorWay {
    /// Lays it under a target's spec: what the target itself says of user, password and certificates holds.
    pub fn over(self, mut spec: TargetSpec) -> TargetSpec {
        spec.operator = None;
        spec.service = self.service;
        spec.binding = self.binding;
        if let Some(password) = self.password {
            let auth = spec.auth.get_or_insert_with(AuthSpec::default);
            auth.password_from.get_or_insert(password);
        }
        if let Some(authorities) = self.authorities {
            let tls = spec.tls.get_or_insert_with(TlsSpec::default);
            tls.ca_from.get_or_insert(authorities);
        }
        spec
    }
}

/// Reads an operator's resource.
pub async fn look_up(
    client: Client,
    namespace: &str,
    reference: &OperatorReference,
) -> Result<Found, kube::Error> {
    let named = format!("{} {}", reference.kind, reference.name);
    let Some(read) = reader_of(reference) else {
        return Ok(Found::Not(format!(
            "{} of {} is none of the resources that are known: {}; name the Service and the Secret in `service` and `auth`",
            reference.kind,
            reference.api_version,
            KNOWN
                .iter()
                .map(|(group, kind, _)| format!("{kind} of {group}"))
                .collect::<Vec<_>>()
                .join(", ")
        )));
    };
    let Ok(resource) = resource_of(reference) else {
        return Ok(Found::Not(format!(
            "`{}` is no group and version such as `redis.redis.opstreelabs.in/v1beta2`",
            reference.api_version
        )));
    };
    let api: Api<DynamicObject> = Api::namespaced_with(client, namespace, &resource);
    match api.get_opt(&reference.name).await? {
        None => Ok(Found::Not(format!(
            "there is no {named} in namespace {namespace}"
        ))),
        Some(object) => Ok(read(&reference.name, &object.data)),
    }
}

type Reader = fn(&str, &Value) -> Found;

const KNOWN: &[(&str, &str, Reader)] = &[
    ("redis.redis.opstreelabs.in", "Redis", opstree_standalone),
    (
        "redis.redis.opstreelabs.in",
        "RedisReplication",
        opstree_replication,
    ),
    (
        "redis.redis.opstreelabs.in",
        "RedisCluster",
        opstree_cluster,
    ),
    ("valkey.io", "ValkeyCluster", valkey),
    ("app.redislabs.com", "RedisEnterpriseDatabase", enterprise),
    ("databases.spotahome.com", "RedisFailover", spotahome),
];

fn reader_of(reference: &OperatorReference) -> Option<Reader> {
    let group = reference.api_version.split('/').next()?;
    let known = KNOWN
        .iter()
        .find(|(of, kind, _)| *of == group && *kind == reference.kind)?;
    Some(known.2)
}

fn resource_of(reference: &OperatorReference) -> Result<ApiResource, ParseGroupVersionError> {
    let version: kube::core::GroupVersion = reference.api_version.parse()?;
    let kind = GroupVersionKind::gvk(&version.group, &version.version, &reference.kind);
    let mut resource = ApiResource::from_gvk(&kind);
    // The plurals that English grammar does not give.
    if reference.kind == "Redis" {
        "redis".clone_into(&mut resource.plural);
    }
    Ok(resource)
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

fn opstree(service: String, resource: &Value) -> Found {
    let secret = text(resource, "/spec/kubernetesConfig/redisSecret/name");
    let password = secret.map(|name| SecretKey {
        name,
        key: text(resource, "/spec/kubernetesConfig/redisSecret/key")
            .unwrap_or_else(|| "password".to_owned()),
    });
    let tls = text(resource, "/spec/TLS/secret/secretName");
    let authorities = tls.clone().map(|name| SecretKey {
        name,
        key: text(resource, "/spec/TLS/ca").unwrap_or_else(|| "ca.crt".to_owned()),
    });
    Found::Way(OperatorWay {
        service: Some(ServiceReference {
            name: service,
            port: None,
            tls: tls.is_some(),
        }),
        password,
        authorities,
        ..OperatorWay::default()
    })
}

fn opstree_standalone(name: &str, resource: &Value) -> Found {
    opstree(name.to_owned(), resource)
}

fn opstree_replication(name: &str, resource: &Value) -> Found {
    opstree(format!("{name}-master"), resource)
}

fn opstree_cluster(name: &str, resource: &Value) -> Found {
    opstree(format!("{name}-leader"), resource)
}

fn valkey(name: &str, resource: &Value) -> Found {
    let certificate = "/spec/networking/tls/certificates/server/secretName";
    let authorities = text(resource, certificate).map(|name| SecretKey {
        name,
        key: "ca.crt".to_owned(),
    });
    Found::Way(OperatorWay {
        service: Some(ServiceReference {
            name: format!("valkey-{name}"),
            port: None,
            tls: authorities.is_some(),
        }),
        authorities,
        ..OperatorWay::default()
    })
}

fn enterprise(name: &str, resource: &Value) -> Found {
    let Some(host) = text(resource, "/status/internalEndpoints/0/host") else {
        return Found::Not(format!(
            "RedisEnterpriseDatabase {name} has no endpoint yet"
        ));
    };
    let port = resource
        .pointer("/status/internalEndpoints/0/port")
        .and_then(Value::as_u64);
    let secret =
        text(resource, "/spec/databaseSecretName").unwrap_or_else(|| format!("redb-{name}"));
    let mode = text(resource, "/spec/tlsMode").unwrap_or_default();
    Found::Way(OperatorWay {
        service: Some(ServiceReference {
            // The endpoint's host begins with the Service's name.
            name: host.split('.').next().unwrap_or_default().to_owned(),
            port: port.and_then(|port| u16::try_from(port).ok()),
            tls: matches!(mode.as_str(), "enabled" | "replica_ssl"),
        }),
        password: Some(SecretKey {
            name: secret,
            key: "password".to_owned(),
        }),
        ..OperatorWay::default()
    })
}

fn spotahome(name: &str, resource: &Value) -> Found {
    let secret = text(resource, "/spec/auth/secretPath");
    Found::Way(OperatorWay {
        service: Some(ServiceReference {
            name: format!("rfrm-{name}"),
            port: None,
            tls: false,
        }),
        password: secret.map(|name| SecretKey {
            name,
            key: "password".to_owned(),
        }),
        ..OperatorWay::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_replication_leads_to_the_service_of_its_primary() {
        let resource = json!({ "spec": { "kubernetesConfig": { "redisSecret": { "name": "shop", "key": "pw" } } } });
        let Found::Way(way) = opstree_replication("cache", &resource) else {
            panic!("it leads somewhere");
        };
        let spec = way.over(TargetSpec::default());
        assert_eq!(spec.service.expect("a service").name, "cache-master");
        let auth = spec.auth.expect("a password");
        assert_eq!(auth.password_from.expect("of a secret").key, "pw");
    }

    #[test]
    fn clusters_lead_to_the_services_of_their_nodes() {
        let tls = json!({ "ca": "root.pem", "secret": { "secretName": "tls" } });
        let Found::Way(way) = opstree_cluster("cache", &json!({ "spec": { "TLS": tls } })) else {
            panic!("it leads somewhere");
        };
        let spec = way.over(TargetSpec::default());
        let service = spec.service.expect("a service");
        assert_eq!((service.name.as_str(), service.tls), ("cache-leader", true));
        let authorities = spec.tls.and_then(|tls| tls.ca_from).expect("of a secret");
        assert_eq!(authorities.key, "root.pem");

        let server = json!({ "server": { "secretName": "cache-tls" } });
        let networking = json!({ "tls": { "certificates": server } });
        let Found::Way(way) = valkey("cache", &json!({ "spec": { "networking": networking } }))
        else {
            panic!("it leads somewhere");
        };
        let spec = way.over(TargetSpec::default());
        let service = spec.service.expect("a service");
        assert_eq!((service.name.as_str(), service.tls), ("valkey-cache", true));
        let authorities = spec.tls.and_then(|tls| tls.ca_from).expect("of a secret");
        assert_eq!(authorities.name, "cache-tls");

        let Found::Way(way) = valkey("cache", &json!({ "spec": {} })) else {
            panic!("it leads somewhere");
        };
        let spec = way.over(TargetSpec::default());
        assert!(!spec.service.expect("a service").tls && spec.tls.is_none());
    }

    #[test]
    fn what_the_target_says_of_its_user_holds() {
        let own = TargetSpec {
            auth: Some(AuthSpec {
                username: Some("migrator".to_owned()),
                password_from: Some(SecretKey {
                    name: "migrator".to_owned(),
                    key: "password".to_owned(),
                }),
            }),
            ..TargetSpec::default()
        };
        let Found::Way(way) = spotahome(
            "cache",
            &json!({ "spec": { "auth": { "secretPath": "admin" } } }),
        ) else {
            panic!("it leads somewhere");
        };
        let auth = way.over(own).auth.expect("a user");
        assert_eq!(auth.password_from.expect("of a secret").name, "migrator");
    }

    #[test]
    fn a_database_without_an_endpoint_is_waited_for() {
        assert!(matches!(
            enterprise("db", &json!({ "status": {} })),
            Found::Not(_)
        ));
    }
}
