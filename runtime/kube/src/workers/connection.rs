//! How a worker reaches the server: options, and the Secrets that are mounted for it. No Secret is read here.

use k8s_openapi::api::core::v1::{
    KeyToPath, ProjectedVolumeSource, SecretProjection, Volume, VolumeMount, VolumeProjection,
};

use crate::resources::{SecretKey, TargetSpec};

/// The folder in which a worker finds what Secrets hold.
const FOLDER: &str = "/credentials";

/// How a worker reaches the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    address: Option<String>,
    binding: Option<String>,
    username: Option<String>,
    database: Option<u32>,
    prefix: Option<String>,
    secrets: Vec<(SecretKey, &'static str)>,
}

/// Why a target says not enough to be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// It names no way, or a way that has to be looked up first.
    #[error("the target names no address")]
    NoAddress,
}

impl Connection {
    /// Reaches a server by its address, without a password in it.
    pub fn at(address: impl Into<String>) -> Self {
        Self {
            address: Some(address.into()),
            ..Self::default()
        }
    }

    /// Makes the connection of a target, whose resource of an operator was looked up before and replaced by what it leads to.
    pub fn of(target: &TargetSpec, namespace: &str) -> Result<Self, ConnectionError> {
        let mut connection = Self {
            database: target.database,
            prefix: target.prefix.clone(),
            ..Self::default()
        };
        if let Some(url) = &target.url {
            connection.address = Some(url.clone());
        } else if let Some(key) = &target.url_from {
            connection.secrets.push((key.clone(), "url"));
        } else if let Some(service) = &target.service {
            let scheme = if service.tls { "rediss" } else { "redis" };
            let port = service.port.unwrap_or(6379);
            let name = &service.name;
            connection.address = Some(format!("{scheme}://{name}.{namespace}.svc:{port}"));
        } else if let Some(secret) = &target.binding {
            connection.binding = Some(secret.name.clone());
        } else {
            return Err(ConnectionError::NoAddress);
        }
        if let Some(auth) = &target.auth {
            connection.username.clone_from(&auth.username);
            let password = auth.password_from.iter().cloned();
            connection
                .secrets
                .extend(password.map(|key| (key, "password")));
        }
        if let Some(tls) = &target.tls {
            for (key, file) in [
                (&tls.ca_from, "ca.crt"),
                (&tls.cert_from, "tls.crt"),
                (&tls.key_from, "tls.key"),
            ] {
                connection
                    .secrets
                    .extend(key.iter().cloned().map(|key| (key, file)));
            }
        }
        Ok(connection)
    }

    /// Reads the password from a key of a Secret.
    #[must_use]
    pub fn with_password(mut self, key: SecretKey) -> Self {
        self.secrets.push((key, "password"));
        self
    }

    /// Trusts the authorities in a key of a Secret.
    #[must_use]
    pub fn with_authorities(mut self, key: SecretKey) -> Self {
        self.secrets.push((key, "ca.crt"));
        self
    }

    /// Connects as a user.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Takes this database instead of the address's.
    #[must_use]
    pub const fn with_database(mut self, database: u32) -> Self {
        self.database = Some(database);
        self
    }

    /// Returns the address without user and password, if it is known without reading a Secret.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Returns the port that the address names, if it names one.
    pub fn port(&self) -> Option<u16> {
        let rest = self.address.as_deref()?.split_once("://")?.1;
        let authority = rest.split('/').next()?;
        let host = authority.rsplit('@').next()?;
        host.rsplit_once(':')?.1.parse().ok()
    }

    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        if let Some(address) = &self.address {
            add("--target", address.clone());
        }
        if self.binding.is_some() {
            add("--binding", FOLDER.to_owned());
        }
        for (_, file) in &self.secrets {
            let option = match *file {
                "url" => "--target-file",
                "password" => "--password-file",
                "ca.crt" => "--tls-ca",
                "tls.crt" => "--tls-cert",
                _ => "--tls-key",
            };
            add(option, format!("{FOLDER}/{file}"));
        }
        if let Some(username) = &self.username {
            add("--username", username.clone());
        }
        if let Some(database) = self.database {
            add("--db", database.to_string());
        }
        if let Some(prefix) = &self.prefix {
            add("--prefix", prefix.clone());
        }
        arguments
    }

    pub(super) fn volume(&self) -> Option<Volume> {
        let whole = self.binding.iter().map(|name| SecretProjection {
            name: name.clone(),
            ..SecretProjection::default()
        });
        let keys = self.secrets.iter().map(|(key, file)| SecretProjection {
            name: key.name.clone(),
            items: Some(vec![KeyToPath {
                key: key.key.clone(),
                path: (*file).to_owned(),
                mode: None,
            }]),
            optional: None,
        });
        let sources: Vec<VolumeProjection> = whole
            .chain(keys)
            .map(|secret| VolumeProjection {
                secret: Some(secret),
                ..VolumeProjection::default()
            })
            .collect();
        (!sources.is_empty()).then(|| Volume {
            name: "credentials".to_owned(),
            projected: Some(ProjectedVolumeSource {
                // The pod's group may read them, and nobody else.
                default_mode: Some(0o440),
                sources: Some(sources),
            }),
            ..Volume::default()
        })
    }

    pub(super) fn mount() -> VolumeMount {
        VolumeMount {
            name: "credentials".to_owned(),
            mount_path: FOLDER.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        }
    }
}
