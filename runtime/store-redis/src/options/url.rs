//! Reads a server's address. The grammar of user, password, host and port is that of the redis crate; what it would let
//! pass silently is refused first.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};

use super::{Address, Options, OptionsError, Secret, Tls};

const TCP: [&str; 4] = ["redis", "rediss", "valkey", "valkeys"];
const UNIX: [&str; 3] = ["redis+unix", "valkey+unix", "unix"];

pub(super) fn parse(text: &str) -> Result<Options, OptionsError> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(not_an_address(text, "it has no scheme such as redis://"));
    };
    let unix = UNIX.contains(&scheme);
    if scheme.contains("sentinel") || (!unix && hosts(rest).contains(',')) {
        return Err(OptionsError::NotStandalone {
            shown: without_credentials(text),
        });
    }
    if !unix && !TCP.contains(&scheme) {
        return Err(OptionsError::UnknownScheme {
            scheme: scheme.to_owned(),
        });
    }
    check_parameters(text, if unix { &["db", "user", "pass"] } else { &[] })?;
    let database = database(text, rest, unix)?;
    // Only the parts that were not looked at yet are left to the crate, so that its refusals are about them.
    let info = text.into_connection_info().map_err(|error| {
        let reason = error
            .detail()
            .map_or_else(|| error.to_string(), str::to_owned);
        not_an_address(text, &reason)
    })?;
    Ok(options(&info, database))
}

fn options(info: &ConnectionInfo, database: u32) -> Options {
    let (address, tls) = match info.addr() {
        ConnectionAddr::TcpTls {
            host,
            port,
            insecure,
            ..
        } => {
            let tls = Tls {
                insecure: *insecure,
                ..Tls::default()
            };
            (
                Address::Tcp {
                    host: host.clone(),
                    port: *port,
                },
                Some(tls),
            )
        }
        ConnectionAddr::Unix(path) => (Address::Unix { path: path.clone() }, None),
        ConnectionAddr::Tcp(host, port) => (
            Address::Tcp {
                host: host.clone(),
                port: *port,
            },
            None,
        ),
        // The crate may learn other kinds of addresses; the schemes above lead to none of them.
        other => (
            Address::Tcp {
                host: other.to_string(),
                port: 6379,
            },
            None,
        ),
    };
    let settings = info.redis_settings();
    Options {
        database,
        username: settings
            .username()
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        password: settings.password().map(Secret::new),
        tls,
        ..Options::new(address)
    }
}

/// What stands between the credentials and the path.
fn hosts(rest: &str) -> &str {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts)
}

fn query(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    text.split_once('?').map_or("", |(_, query)| query)
}

fn check_parameters(text: &str, known: &[&str]) -> Result<(), OptionsError> {
    let names = query(text)
        .split('&')
        .filter(|parameter| !parameter.is_empty());
    for parameter in names {
        let name = parameter.split('=').next().unwrap_or_default();
        if !known.contains(&name) {
            return Err(OptionsError::UnknownParameter {
                parameter: name.to_owned(),
            });
        }
    }
    Ok(())
}

fn database(text: &str, rest: &str, unix: bool) -> Result<u32, OptionsError> {
    let written = if unix {
        query(text)
            .split('&')
            .find_map(|parameter| parameter.strip_prefix("db="))
            .unwrap_or_default()
    } else {
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        path.split_once('/')
            .map_or("", |(_, path)| path)
            .trim_end_matches('/')
    };
    if written.is_empty() {
        return Ok(0);
    }
    written.parse().map_err(|_| OptionsError::InvalidDatabase {
        database: written.to_owned(),
    })
}

fn not_an_address(text: &str, reason: &str) -> OptionsError {
    OptionsError::NotAnAddress {
        shown: without_credentials(text),
        reason: reason.to_owned(),
    }
}

/// The text with everything before the last `@` of the authority, and every `pass=`, hidden.
fn without_credentials(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let rest = rest
        .rsplit_once('@')
        .map_or_else(|| rest.to_owned(), |(_, after)| format!("***@{after}"));
    let rest = rest
        .split_once("pass=")
        .map_or_else(|| rest.clone(), |(before, _)| format!("{before}pass=***"));
    scheme + &rest
}

#[cfg(test)]
mod tests;
