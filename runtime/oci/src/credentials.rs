//! Credentials for registries, as `docker login`, `podman login` and their like store them.
//!
//! The file is `config.json` of Docker, or `auth.json` of Podman: passwords by registry in `auths`, or the name of a program that
//! keeps them, in `credHelpers` for one registry and in `credsStore` for all. What is in none of them is asked without.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::artifact::{or_default, shortened};
use crate::client::is_dockers_own;
use crate::error::Problem;

/// The user under which programs give a token that stands for an account.
const IDENTITY: &str = "<token>";

/// What identifies whoever asks.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// A user and a password, or a token that is used like one.
    Password {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// A token that stands for an account, to be changed for one that stands for a repository.
    Identity(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password(…)",
            Self::Identity(_) => "Identity(…)",
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(default, deserialize_with = "or_default")]
    auths: BTreeMap<String, Entry>,
    #[serde(default, deserialize_with = "or_default")]
    cred_helpers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_default")]
    creds_store: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
struct Entry {
    #[serde(default, deserialize_with = "or_default")]
    auth: String,
    #[serde(default, deserialize_with = "or_default")]
    username: String,
    #[serde(default, deserialize_with = "or_default")]
    password: String,
    #[serde(default, deserialize_with = "or_default")]
    identitytoken: String,
}

/// What a program that keeps credentials answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Given {
    username: String,
    secret: String,
}

/// Finds the credentials for a repository in the first file that has some.
pub(crate) fn find(
    files: &[PathBuf],
    registry: &str,
    repository: &str,
) -> Result<Option<Credentials>, Problem> {
    for file in files {
        let found =
            find_in(file, registry, repository).map_err(|message| Problem::Credentials {
                registry: registry.to_owned(),
                message,
            })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn find_in(file: &Path, registry: &str, repository: &str) -> Result<Option<Credentials>, String> {
    let shown = file.display();
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("{shown}: {error}")),
    };
    // What serde says of a text could show a part of a password.
    let stored: Stored = serde_json::from_slice(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("{shown}:{line}:{column}: it is no file of credentials")
    })?;
    let names = names(registry);
    let helpers = names.iter().find_map(|name| stored.cred_helpers.get(name));
    let store = Some(&stored.creds_store).filter(|store| !store.is_empty());
    if let Some(program) = helpers.or(store) {
        let server = names.first().map_or(registry, String::as_str);
        if let Some(found) =
            ask(program, server).map_err(|message| format!("{shown}: {message}"))?
        {
            return Ok(Some(found));
        }
    }
    let Some(entry) = entry(&stored.auths, &names, repository) else {
        return Ok(None);
    };
    read_entry(entry).map_err(|message| format!("{shown}: {message}"))
}

/// Lists the names that a registry has in such files, the usual one first.
fn names(registry: &str) -> Vec<String> {
    if is_dockers_own(registry) {
        let names = [
            "https://index.docker.io/v1/",
            "index.docker.io",
            "docker.io",
            "registry-1.docker.io",
        ];
        return names.map(str::to_owned).to_vec();
    }
    vec![registry.to_owned()]
}

/// Finds the entry for a repository: Podman's may be for a part of a registry, and the longest one counts.
fn entry<'a>(
    auths: &'a BTreeMap<String, Entry>,
    names: &[String],
    repository: &str,
) -> Option<&'a Entry> {
    let mut parts: Vec<&str> = repository.split('/').collect();
    while !parts.is_empty() {
        let part = parts.join("/");
        let keys = names.iter().map(|name| format!("{name}/{part}"));
        if let Some(entry) = keys.into_iter().find_map(|key| auths.get(&key)) {
            return Some(entry);
        }
        parts.pop();
    }
    let exact = names.iter().find_map(|name| auths.get(name));
    exact.or_else(|| {
        // Docker wrote addresses once.
        let named = auths.iter().find(|(key, _)| {
            let host = key.split_once("://").map_or(key.as_str(), |(_, rest)| rest);
            let host = host.split('/').next().unwrap_or_default();
            key.contains("://") && names.iter().any(|name| name == host)
        });
        named.map(|(_, entry)| entry)
    })
}

fn read_entry(entry: &Entry) -> Result<Option<Credentials>, String> {
    if !entry.identitytoken.is_empty() {
        return Ok(Some(Credentials::Identity(entry.identitytoken.clone())));
    }
    if !entry.auth.is_empty() {
        let bad = || "an entry is not `user:password` in base64".to_owned();
        let text = STANDARD.decode(entry.auth.trim()).map_err(|_| bad())?;
        let text = String::from_utf8(text).map_err(|_| bad())?;
        let (user, password) = text.split_once(':').ok_or_else(bad)?;
        return Ok(Some(Credentials::Password {
            user: user.to_owned(),
            // Some tools leave a zero at the end.
            password: password.trim_end_matches('\0').to_owned(),
        }));
    }
    // An empty entry says that a program keeps them, which was asked before.
    Ok((!entry.username.is_empty()).then(|| Credentials::Password {
        user: entry.username.clone(),
        password: entry.password.clone(),
    }))
}

/// Asks a program that keeps credentials (<https://github.com/docker/docker-credential-helpers>); nothing if it has none.
fn ask(name: &str, server: &str) -> Result<Option<Credentials>, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !name.bytes().all(fits) {
        return Err(format!("`{}` is no name of a program", shortened(name)));
    }
    let program = format!("docker-credential-{name}");
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not listen says why in its answer.
        let _ = input.write_all(server.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        if said.to_lowercase().contains("not found") {
            return Ok(None);
        }
        return Err(format!("{program}: {}", shortened(&said)));
    }
    let given: Given = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("{program} does not answer as it should"))?;
    Ok(Some(if given.username == IDENTITY {
        Credentials::Identity(given.secret)
    } else {
        Credentials::Password {
            user: given.username,
            password: given.secret,
        }
    }))
}

#[cfg(test)]
mod tests;
