//! Where the address of a server is written down, if not on the command line: in a file, or in the folder of a binding as the
//! Service Binding specification has it. What such a file holds is never shown: it may be a password.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use remold::Secret;

use crate::report::Report;

/// What a binding may be of.
const TYPES: [&str; 2] = ["redis", "valkey"];

/// An address with what belongs to it, and where it was found.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The address.
    pub(super) address: String,
    /// The file or folder that it was found in; none if it is of the command line.
    pub(super) file: Option<PathBuf>,
    /// The user, beside the address.
    pub(super) username: Option<String>,
    /// The password, beside the address.
    pub(super) password: Option<Secret>,
    /// The certificates of the authorities to trust, beside the address.
    pub(super) authority: Option<PathBuf>,
}

impl Place {
    /// Takes an address, or the path of a file that is the target itself.
    pub(super) fn named(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..Self::default()
        }
    }

    /// Reads the address out of a file.
    pub(super) fn of_file(path: &Path) -> Result<Self, Report> {
        let address = text(path)?;
        if !super::is_address(&address) {
            let message = format!("{}: it holds no address of a server", path.display());
            let hint = "write redis://user:password@host:6379/0 into it, and nothing else";
            return Err(Report::usage(&message, &[hint]));
        }
        Ok(Self {
            address,
            file: Some(path.to_owned()),
            ..Self::default()
        })
    }

    /// Reads a binding: `uri`, or `host` and `port`; beside them `username`, `password`, and `ca.crt` or `certificates`.
    pub(super) fn of_binding(folder: &Path) -> Result<Self, Report> {
        if let Some(kind) = optional(folder, "type")?
            && !TYPES.contains(&kind.to_lowercase().as_str())
        {
            let message = format!(
                "{}: it is no binding of a Redis or Valkey",
                folder.join("type").display()
            );
            return Err(Report::usage(&message, &["--binding names another folder"]));
        }
        let certificates = ["ca.crt", "certificates"].map(|name| folder.join(name));
        let authority = certificates.into_iter().find(|path| path.is_file());
        let (address, file) = match optional(folder, "uri")? {
            Some(uri) => (uri, folder.join("uri")),
            None => (of_host(folder, authority.is_some())?, folder.join("host")),
        };
        let is_encrypted = address.starts_with("rediss:") || address.starts_with("valkeys:");
        Ok(Self {
            address,
            file: Some(file),
            username: optional(folder, "username")?,
            password: optional(folder, "password")?.map(|text| Secret::new(&text)),
            authority: authority.filter(|_| is_encrypted),
        })
    }

    /// Says where the address was found, before what is wrong with it.
    pub(super) fn blame(&self, report: Report) -> Report {
        match &self.file {
            Some(file) => Report {
                message: format!("{}: {}", file.display(), report.message),
                ..report
            },
            None => report,
        }
    }
}

/// Makes the address of host and port; certificates of authorities say that it is one of TLS.
fn of_host(folder: &Path, is_encrypted: bool) -> Result<String, Report> {
    let Some(host) = optional(folder, "host")? else {
        let message = format!("{}: it has neither `uri` nor `host`", folder.display());
        let hint = "a binding is a folder with a file for each of its entries: host, port, username, password, or uri";
        return Err(Report::usage(&message, &[hint]));
    };
    let port = optional(folder, "port")?.unwrap_or_else(|| "6379".to_owned());
    let scheme = if is_encrypted { "rediss" } else { "redis" };
    let host = if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]")
    } else {
        host
    };
    Ok(format!("{scheme}://{host}:{port}"))
}

/// Reads an entry of a binding that may be missing, or empty, which is the same.
fn optional(folder: &Path, name: &str) -> Result<Option<String>, Report> {
    let path = folder.join(name);
    if let Err(error) = fs::metadata(&path)
        && error.kind() == ErrorKind::NotFound
        && folder.is_dir()
    {
        return Ok(None);
    }
    Ok(Some(text(&path)?).filter(|text| !text.is_empty()))
}

/// Reads a file of one line, without what editors put at its end.
fn text(path: &Path) -> Result<String, Report> {
    let bytes = super::read(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Report::usage(&format!("{}: not UTF-8 text", path.display()), &[]))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(entries: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in entries {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        folder
    }

    fn refused(entries: &[(&str, &str)]) -> Report {
        let folder = binding(entries);
        Place::of_binding(folder.path()).expect_err("it cannot be used")
    }

    #[test]
    fn a_binding_is_an_address_with_who_connects() {
        let folder = binding(&[
            ("type", "redis"),
            ("host", "redis.shop.svc\n"),
            ("port", "6380"),
            ("username", "ada"),
            ("password", "s3cret\n"),
        ]);
        let place = Place::of_binding(folder.path()).expect("it is one");
        assert_eq!(place.address, "redis://redis.shop.svc:6380");
        assert_eq!(place.username.as_deref(), Some("ada"));
        assert!(place.password.is_some());
        assert_eq!(place.authority, None);
    }

    #[test]
    fn certificates_make_it_one_of_tls() {
        let folder = binding(&[("host", "::1"), ("ca.crt", "PEM")]);
        let place = Place::of_binding(folder.path()).expect("it is one");
        assert_eq!(place.address, "rediss://[::1]:6379");
        assert_eq!(place.authority, Some(folder.path().join("ca.crt")));
    }

    #[test]
    fn its_uri_wins() {
        let folder = binding(&[("uri", "redis://a:1/2"), ("host", "b"), ("ca.crt", "PEM")]);
        let place = Place::of_binding(folder.path()).expect("it is one");
        assert_eq!(place.address, "redis://a:1/2");
        assert_eq!(place.authority, None);
    }

    #[test]
    fn a_binding_of_something_else_is_refused_at_its_file() {
        let report = refused(&[("type", "postgresql"), ("host", "db")]);
        assert!(
            report.message.contains("/type: it is no binding"),
            "{}",
            report.message
        );
        let report = refused(&[("password", "s3cret")]);
        assert!(
            report.message.contains("neither `uri` nor `host`"),
            "{}",
            report.message
        );
        assert!(!report.to_text().contains("s3cret"));
    }
}
