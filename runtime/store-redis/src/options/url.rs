//! Reads a server's address.

use std::borrow::Cow;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::{Address, Options, OptionsError, Secret, Tls};
use crate::transport::is_wildcard;

/// The port where an address names none.
const PORT: u16 = 6379;

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
    let options = Url::parse(text)
        .map_err(|error| error.to_string())
        .and_then(|url| if unix { unix_socket(&url) } else { tcp(&url) })
        .map_err(|reason| not_an_address(text, &reason))?;
    Ok(Options {
        database,
        ..options
    })
}

fn tcp(url: &Url) -> Result<Options, String> {
    let host = match url.host() {
        Some(Host::Domain(name)) => decoded(name, "host")?,
        Some(Host::Ipv4(address)) => address.to_string(),
        // Without its brackets.
        Some(Host::Ipv6(address)) => address.to_string(),
        None => return Err("it names no host".to_owned()),
    };
    if is_wildcard(&host) {
        return Err("0.0.0.0 and :: are no addresses of a server".to_owned());
    }
    let port = url.port().unwrap_or(PORT);
    let encrypted = matches!(url.scheme(), "rediss" | "valkeys");
    let insecure = match url.fragment() {
        Some("insecure") => true,
        Some(_) if encrypted => return Err("only #insecure may follow a #".to_owned()),
        Some(_) | None => false,
    };
    let tls = encrypted.then(|| Tls {
        insecure,
        ..Tls::default()
    });
    let username = Some(url.username()).filter(|name| !name.is_empty());
    let password = url.password();
    Ok(Options {
        username: username.map(|name| decoded(name, "user")).transpose()?,
        password: password.map(secret).transpose()?,
        tls,
        ..Options::new(Address::Tcp { host, port })
    })
}

fn unix_socket(url: &Url) -> Result<Options, String> {
    let path: PathBuf = url
        .to_file_path()
        .map_err(|()| "it names no path".to_owned())?;
    let parameter = |name: &str| {
        let mut parameters = url.query_pairs();
        parameters.find_map(|(known, value)| (known == name).then(|| value.into_owned()))
    };
    Ok(Options {
        username: parameter("user").filter(|name| !name.is_empty()),
        password: parameter("pass").as_deref().map(Secret::new),
        ..Options::new(Address::Unix { path })
    })
}

fn secret(text: &str) -> Result<Secret, String> {
    decoded(text, "password").map(|text| Secret::new(&text))
}

fn decoded(text: &str, what: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8();
    text.map(Cow::into_owned)
        .map_err(|_| format!("its {what} is not UTF-8"))
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
