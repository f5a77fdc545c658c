//! What a registry wants to see before it answers: a password, or a token from a server that it names.
//!
//! <https://distribution.github.io/distribution/spec/auth/token/>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::Client;
use super::transport::{Answer, Call};
use crate::credentials::Credentials;
use crate::error::Problem;

/// The largest answer of a server of tokens, bytes.
const MAX_TOKEN: u64 = 1 << 20;

/// What a registry asks for.
#[derive(Debug, PartialEq, Eq)]
enum Challenge {
    Basic,
    Bearer {
        realm: String,
        service: Option<String>,
    },
}

/// A token, under either of its names.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Client {
    /// Gets what the registry asked for; nothing if there is nothing that could be given.
    pub(super) fn authorize(&self, answer: &Answer) -> Result<Option<String>, Problem> {
        let challenges: Vec<Challenge> = answer
            .headers("www-authenticate")
            .flat_map(challenges)
            .collect();
        let credentials = self.credentials()?;
        let bearer = challenges.iter().find_map(|challenge| match challenge {
            Challenge::Bearer { realm, service } => Some((realm, service)),
            Challenge::Basic => None,
        });
        if let Some((realm, service)) = bearer {
            let token = self.token(realm, service.as_deref(), credentials)?;
            return Ok(Some(format!("Bearer {token}")));
        }
        match credentials {
            Some(Credentials::Password { user, password })
                if challenges.contains(&Challenge::Basic) =>
            {
                Ok(Some(basic(user, password)))
            }
            _ => Ok(None),
        }
    }

    fn token(
        &self,
        realm: &str,
        service: Option<&str>,
        credentials: Option<&Credentials>,
    ) -> Result<String, Problem> {
        let scope = format!("repository:{}:{}", self.repository, self.actions.scope());
        let mut fields = vec![("scope", scope.as_str())];
        fields.extend(service.map(|service| ("service", service)));
        let answer = match credentials {
            // A token that stands for an account is changed for one that stands for a repository.
            Some(Credentials::Identity(identity)) => {
                fields.extend([
                    ("grant_type", "refresh_token"),
                    ("client_id", "remold"),
                    ("refresh_token", identity),
                ]);
                let body = encoded(&fields);
                let call = Call::with_body("POST", realm.to_owned(), body.as_bytes())
                    .header("content-type", "application/x-www-form-urlencoded");
                self.transport.send(&call, None)?
            }
            credentials => {
                let joint = if realm.contains('?') { '&' } else { '?' };
                let call = Call::get(format!("{realm}{joint}{}", encoded(&fields)));
                let authorization = credentials.map(|credentials| match credentials {
                    Credentials::Password { user, password } => basic(user, password),
                    Credentials::Identity(_) => String::new(),
                });
                self.transport.send(&call, authorization.as_deref())?
            }
        };
        if answer.status() != 200 {
            // The registry knows only tokens, so what its server of tokens refuses it refuses too.
            return Err(self.refused(answer, "a token"));
        }
        let protocol = |message: &str| Problem::Protocol {
            registry: self.registry.clone(),
            message: message.to_owned(),
        };
        let bytes = answer.read(MAX_TOKEN)?;
        let bytes = bytes.ok_or_else(|| protocol("its token has no end"))?;
        let token = serde_json::from_slice::<Token>(&bytes).ok();
        token
            .and_then(|token| token.token.or(token.access_token))
            .ok_or_else(|| protocol("its server of tokens gives none"))
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Writes fields as a form or a query.
fn encoded(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{name}={value}")
    });
    fields.collect::<Vec<_>>().join("&")
}

/// Reads the challenges of a header, of which there may be several behind one another (RFC 9110, section 11.6.1).
fn challenges(text: &str) -> Vec<Challenge> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find(['=', ' ', '\t', ',']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            break;
        }
        match (after.strip_prefix('='), found.last_mut()) {
            (Some(after), Some((_, parameters))) => {
                let (value, after) = value(after);
                parameters.push((word.to_ascii_lowercase(), value));
                rest = after;
            }
            (Some(_), None) => break,
            (None, _) => {
                found.push((word.to_ascii_lowercase(), Vec::new()));
                rest = after;
            }
        }
    }
    let challenge = |(scheme, parameters): (String, Vec<(String, String)>)| {
        let parameter = |name: &str| {
            let mut named = parameters.iter().filter(|(known, _)| known == name);
            named.next().map(|(_, value)| value.clone())
        };
        match scheme.as_str() {
            "basic" => Some(Challenge::Basic),
            "bearer" => Some(Challenge::Bearer {
                realm: parameter("realm")?,
                service: parameter("service"),
            }),
            _ => None,
        }
    };
    found.into_iter().filter_map(challenge).collect()
}

/// Reads a value, in quotes or not, and returns what is behind it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Challenge]) {
        assert_eq!(challenges(text), expected, "{text}");
    }

    fn bearer(realm: &str, service: Option<&str>) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
        }
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        check(
            "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull,push\"",
            &[bearer(
                "https://auth.docker.io/token",
                Some("registry.docker.io"),
            )],
        );
        check("Basic realm=\"basic-realm\"", &[Challenge::Basic]);
        check("basic", &[Challenge::Basic]);
        check(
            "Basic realm=\"a \\\"b\\\", c\", BEARER Realm=https://t, service=s",
            &[Challenge::Basic, bearer("https://t", Some("s"))],
        );
        check(
            "Negotiate, Bearer realm=\"https://t\"",
            &[bearer("https://t", None)],
        );
    }

    #[test]
    fn what_is_no_challenge_is_none() {
        for text in [
            "",
            ",",
            "=",
            "=a",
            "Bearer",
            "Bearer service=s",
            "Bearer realm",
            "Digest realm=\"x",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn fields_are_written_so_that_none_ends_early() {
        assert_eq!(
            encoded(&[("scope", "repository:a/b:pull,push"), ("x", "&=")]),
            "scope=repository%3Aa%2Fb%3Apull%2Cpush&x=%26%3D"
        );
    }
}
