//! What is worked on: a live server or an RDB file, and how a server is talked to.

mod place;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use remold::{FileTarget, GuardChoice, RedisOptions, Secret, Target, Tls};

use crate::paragraph::Put;
use crate::report::Report;
use place::Place;

/// What is worked on.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArguments {
    /// The server (`redis://user@host:6379/0`, `rediss://` for TLS, `redis+unix:///path/to/socket`) or an RDB
    /// file
    #[arg(
        long,
        value_name = "URL|FILE",
        env = "REMOLD_TARGET",
        hide_env_values = true
    )]
    pub(crate) target: Option<String>,
    /// A file with the URL of the server, which may hold user and password
    #[arg(long, value_name = "FILE", conflicts_with = "binding")]
    pub(crate) target_file: Option<PathBuf>,
    /// A folder that says where the server is and who connects, as the Service Binding specification has it: files `host`,
    /// `port`, `username`, `password`, `ca.crt`, or `uri`, which wins
    #[arg(long, value_name = "DIR")]
    pub(crate) binding: Option<PathBuf>,
    /// The number of the database, instead of the URL's
    #[arg(long, value_name = "N")]
    pub(crate) db: Option<u32>,
    /// The user (ACL), instead of the URL's
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// A file with the password; the variable `REMOLD_PASSWORD` is read without it
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Certificates of the authorities to trust instead of the system's, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_ca: Option<PathBuf>,
    /// The client's certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The client's private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Accept any certificate: whoever is on the way can read and change everything
    #[arg(long)]
    pub(crate) tls_insecure: bool,
    /// What the names of Remold's own keys on a server begin with; the same in every command
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) prefix: Option<String>,
    /// How a write is made conditional on the key not having changed, instead of the manifest's
    /// `spec.strategy.guard`
    #[arg(long, value_name = "GUARD", default_value = "auto")]
    pub(crate) guard: GuardArgument,
}

/// How a write is made conditional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GuardArgument {
    /// As the manifest says, else the best that the server permits
    Auto,
    /// `WATCH`, `MULTI` and `EXEC`
    Watch,
    /// A script that compares before it writes
    Lua,
    /// None: only while no application writes
    None,
}

impl TargetArguments {
    /// Says whether a target is named.
    pub(crate) const fn is_named(&self) -> bool {
        self.target.is_some() || self.target_file.is_some() || self.binding.is_some()
    }

    /// Makes the target. Files with secrets are read; nothing is contacted.
    pub(crate) fn target(&self, output: Option<&Path>) -> Result<Target, Report> {
        let place = self.place()?;
        let text = &place.address;
        if is_address(text) {
            if output.is_some() {
                return Err(Report::usage(
                    "--to is for a target that is a file; a server is changed in place",
                    &["leave --to out"],
                ));
            }
            return Ok(Target::Redis(Box::new(self.server(&place)?)));
        }
        let input = PathBuf::from(text);
        let output = output.map(Path::to_path_buf);
        Ok(Target::File(FileTarget {
            input,
            output,
            database: u64::from(self.db.unwrap_or_default()),
        }))
    }

    /// Finds out where the address is written down.
    fn place(&self) -> Result<Place, Report> {
        let elsewhere = match (&self.target_file, &self.binding) {
            (Some(file), _) => Some(Place::of_file(file)?),
            (None, Some(folder)) => Some(Place::of_binding(folder)?),
            (None, None) => None,
        };
        match (elsewhere, &self.target) {
            // What the command line names goes before the environment.
            (Some(place), None) => Ok(place),
            (Some(place), Some(_)) if self.is_of_environment() => Ok(place),
            (None, Some(text)) => Ok(Place::named(text)),
            (Some(_), Some(_)) => Err(Report::usage(
                "the target is named twice",
                &["leave --target out, or --target-file and --binding"],
            )),
            (None, None) => Err(Report::usage(
                "no target is named",
                &[
                    "name it by --target redis://host:6379/0, by --target FILE.rdb, or by the variable REMOLD_TARGET",
                ],
            )),
        }
    }

    fn is_of_environment(&self) -> bool {
        std::env::var("REMOLD_TARGET").ok() == self.target
    }

    fn server(&self, place: &Place) -> Result<RedisOptions, Report> {
        let options = RedisOptions::parse_url(&place.address);
        let mut options = options.map_err(|error| place.blame(Report::options(&error)))?;
        if let Some(database) = self.db {
            options.database = database;
        }
        let username = self.username.clone().or(options.username);
        options.username = username.or_else(|| place.username.clone());
        let is_told = place.file.is_some() && options.password.is_some();
        options.prefix = self.prefix.clone().unwrap_or(options.prefix);
        if let Some(file) = &self.password_file {
            let text = String::from_utf8(read(file)?);
            let text = text
                .map_err(|_| Report::usage(&format!("{}: not UTF-8 text", file.display()), &[]))?;
            options.password = Some(Secret::new(&text));
        } else if is_told {
            // The file with the address has the password too.
        } else if let Some(password) = &place.password {
            options.password = Some(password.clone());
        } else if let Ok(text) = std::env::var("REMOLD_PASSWORD") {
            options.password = Some(Secret::new(&text));
        }
        let asks_for_tls = self.tls_ca.is_some() || self.tls_cert.is_some() || self.tls_insecure;
        if asks_for_tls && options.tls.is_none() {
            return Err(Report::usage(
                "options for TLS are given and the address is not one of TLS",
                &["write rediss:// instead of redis://"],
            ));
        }
        if let Some(tls) = &mut options.tls {
            let part = |file: Option<&PathBuf>| file.map(|file| read(file)).transpose();
            *tls = Tls {
                authority: part(self.tls_ca.as_ref().or(place.authority.as_ref()))?,
                certificate: part(self.tls_cert.as_ref())?,
                key: part(self.tls_key.as_ref())?,
                insecure: self.tls_insecure || tls.insecure,
            };
        }
        options.guard = match self.guard {
            GuardArgument::Auto => GuardChoice::Auto,
            GuardArgument::Watch => GuardChoice::Watch,
            GuardArgument::Lua => GuardChoice::Lua,
            GuardArgument::None => GuardChoice::None,
        };
        Ok(options)
    }

    /// Writes the options for another command on the same target, without secrets.
    pub(crate) fn again(&self) -> String {
        let mut text = String::new();
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                text.put(format_args!(" {option} {}", shell_word(&value)));
            }
        };
        let from_environment = self.is_of_environment();
        add(
            "--target",
            self.target
                .as_ref()
                .filter(|_| !from_environment)
                .map(|target| without_password(target)),
        );
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        add("--target-file", path(&self.target_file));
        add("--binding", path(&self.binding));
        add("--db", self.db.map(|db| db.to_string()));
        add("--username", self.username.clone());
        add("--password-file", path(&self.password_file));
        add("--tls-ca", path(&self.tls_ca));
        add("--tls-cert", path(&self.tls_cert));
        add("--tls-key", path(&self.tls_key));
        if self.tls_insecure {
            text.push_str(" --tls-insecure");
        }
        text
    }
}

/// Says whether a target is an address and not a file.
fn is_address(text: &str) -> bool {
    text.contains("://")
}

fn read(file: &Path) -> Result<Vec<u8>, Report> {
    std::fs::read(file).map_err(|error| Report::usage(&format!("{}: {error}", file.display()), &[]))
}

/// Takes the password out of an address, and leaves everything else as it is.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    // A password may hold an `@` that was not written as %40.
    let Some(at) = rest[..end].rfind('@') else {
        let Some((place, query)) = address.split_once('?') else {
            return address.to_owned();
        };
        let kept: Vec<&str> = query
            .split('&')
            .filter(|part| !part.starts_with("pass="))
            .collect();
        return if kept.is_empty() {
            place.to_owned()
        } else {
            format!("{place}?{}", kept.join("&"))
        };
    };
    let user = rest[..at].split(':').next().unwrap_or_default();
    let user = if user.is_empty() {
        String::new()
    } else {
        format!("{user}@")
    };
    format!("{scheme}://{user}{}", &rest[at + 1..])
}

/// Quotes a word for a shell if it needs to be.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_to_repeat_holds_no_password() {
        let check = |given: &str, expect: &str| assert_eq!(without_password(given), expect);
        check("redis://localhost:6379/1", "redis://localhost:6379/1");
        check("redis://:secret@localhost", "redis://localhost");
        check(
            "rediss://ada:sec@ret@localhost:1/2",
            "rediss://ada@localhost:1/2",
        );
        check(
            "redis+unix:///run/redis.sock?db=1&pass=secret&user=ada",
            "redis+unix:///run/redis.sock?db=1&user=ada",
        );
        check(
            "unix:///run/redis.sock?pass=secret",
            "unix:///run/redis.sock",
        );
        check("data/dump.rdb", "data/dump.rdb");
    }

    #[test]
    fn words_are_quoted_for_a_shell_where_they_must_be() {
        assert_eq!(shell_word("redis://h:1/0"), "redis://h:1/0");
        assert_eq!(shell_word("redis+unix:///a?db=1"), "'redis+unix:///a?db=1'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
