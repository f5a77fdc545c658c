//! A real OCI registry: Debian's `docker-registry` on a free port with a folder of its own, stopped when it is dropped and when
//! the test process dies.
//!
//! What is in it can be put there past every client ([`Registry::store`]), and changed on its disk ([`Registry::spoil`]), so
//! that it gives out what no honest registry would.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use crate::cache::{cache, fetch};
use crate::patience::PATIENCE;
use crate::server::process;
use crate::tls::Certificates;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry that runs.
#[derive(Debug)]
pub struct Registry {
    folder: PathBuf,
    port: u16,
    child: Mutex<Option<Child>>,
    certificates: Option<Certificates>,
}

/// Returns the path of the real cosign.
pub fn cosign() -> PathBuf {
    program_of_registry("cosign")
}

/// Returns the path of a program that `registry.sh` fetches.
fn program_of_registry(name: &str) -> PathBuf {
    let program = cache().join("registry").join(name).join("bin").join(name);
    fetch("registry.sh", name);
    program
}

impl Registry {
    /// Starts one that asks nobody who they are, over plain HTTP.
    pub fn start() -> Self {
        Self::launch("", false)
    }

    /// Starts one that speaks TLS, with a certificate of an authority of its own.
    pub fn start_with_tls() -> Self {
        Self::launch("", true)
    }

    /// Starts one that wants a name and a password: `ada`, `open sesame`.
    pub fn start_with_password() -> Self {
        Self::launch("  htpasswd: {realm: tests, path: FOLDER/users}\n", false)
    }

    /// Starts one that wants a token of a server at `realm`, signed with the key of a certificate.
    pub fn start_with_tokens(realm: &str, certificate: &Path) -> Self {
        Self::launch(&tokens(realm, certificate), false)
    }

    /// Starts one that wants tokens and speaks TLS.
    pub fn start_with_tls_and_tokens(realm: &str, certificate: &Path) -> Self {
        Self::launch(&tokens(realm, certificate), true)
    }

    fn launch(authorization: &str, tls: bool) -> Self {
        let program = program_of_registry("docker-registry");
        let folder = process::new_folder();
        let certificates = tls.then(|| Certificates::create(&folder.join("tls")));
        // `open sesame`, bcrypt.
        let users = "ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";
        fs::write(folder.join("users"), users).expect("a file can be written");
        let log = folder.join("registry.log");
        let (port, child) = process::start_on_free_port(&program, &log, |command, port| {
            let configuration = configuration(&folder, port, authorization, certificates.as_ref());
            let file = folder.join("registry.yml");
            fs::write(&file, configuration).expect("a file can be written");
            command.arg("serve").arg(file);
        });
        Self {
            folder,
            port,
            child: Mutex::new(Some(child)),
            certificates,
        }
    }

    /// Returns its name in references: `localhost:21000`.
    pub fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Returns the certificates of one with TLS.
    pub fn certificates(&self) -> &Certificates {
        self.certificates.as_ref().expect("it was started with TLS")
    }

    /// Stops it for good.
    pub fn stop(&self) {
        let mut child = self.child.lock().expect("nobody panics with it");
        if let Some(mut child) = child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// Stores blobs and a manifest past every client. Only for one that asks nobody and has no TLS.
    pub fn store(
        &self,
        repository: &str,
        tag: &str,
        media_type: &str,
        manifest: &[u8],
        blobs: &[&[u8]],
    ) {
        for blob in blobs {
            let (status, head) =
                self.send("POST", &format!("/v2/{repository}/blobs/uploads/"), "", b"");
            assert_eq!(status, 202, "{head}");
            let place = head
                .lines()
                .find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    name.eq_ignore_ascii_case("location")
                        .then_some(value.trim())
                })
                .expect("an upload has a place");
            let path = place.splitn(4, '/').nth(3).expect("an address has a path");
            let digest = remold::ContentDigest::of_hex(&sha256(blob)).expect("a digest");
            let path = format!("/{path}&digest={digest}");
            let (status, answer) = self.send("PUT", &path, "application/octet-stream", blob);
            assert_eq!(status, 201, "{answer}");
        }
        let path = format!("/v2/{repository}/manifests/{tag}");
        let (status, answer) = self.send("PUT", &path, media_type, manifest);
        assert_eq!(status, 201, "{answer}");
    }

    /// Lets a tag stand for what another one stands for.
    pub fn copy_tag(&self, repository: &str, from: &str, to: &str) {
        let (status, answer) = self.send(
            "GET",
            &format!("/v2/{repository}/manifests/{from}"),
            "",
            b"",
        );
        assert_eq!(status, 200, "{answer}");
        let (_, manifest) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        self.store(repository, to, MANIFEST, manifest.as_bytes(), &[]);
    }

    /// Changes the bytes of a blob or manifest on the registry's disk.
    pub fn spoil(&self, hex: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self
            .folder
            .join("data/docker/registry/v2/blobs/sha256")
            .join(&hex[..2])
            .join(hex)
            .join("data");
        let mut bytes = fs::read(&path).expect("the registry has it");
        change(&mut bytes);
        fs::write(&path, bytes).expect("a file can be written");
    }

    /// Sends a request by HTTP/1.1 and returns the status and the whole answer.
    fn send(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the registry runs");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: {MANIFEST}\r\ncontent-length: {}\r\n",
            self.address(),
            body.len()
        );
        if !media_type.is_empty() {
            write!(head, "content-type: {media_type}\r\n").expect("a text takes everything");
        }
        stream
            .write_all(&[head.as_bytes(), b"\r\n", body].concat())
            .expect("the registry listens");
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .expect("the registry answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        (status.expect("an answer has a status"), answer)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn tokens(realm: &str, certificate: &Path) -> String {
    let certificate = certificate.display();
    format!(
        "  token: {{realm: \"{realm}\", service: registry, issuer: tests, rootcertbundle: {certificate}}}\n"
    )
}

fn configuration(
    folder: &Path,
    port: u16,
    authorization: &str,
    certificates: Option<&Certificates>,
) -> String {
    let shown = folder.display();
    // Debian's has no cache in memory by default: what is spoiled on its disk is given out at once.
    let mut text = format!(
        "version: 0.1\nlog: {{level: info, accesslog: {{disabled: true}}}}\n\
         storage: {{filesystem: {{rootdirectory: {shown}/data}}, delete: {{enabled: true}}}}\n\
         http:\n  addr: \"127.0.0.1:{port}\"\n"
    );
    if let Some(certificates) = certificates {
        let (certificate, key) = (
            certificates.server.display(),
            certificates.server_key.display(),
        );
        writeln!(text, "  tls: {{certificate: {certificate}, key: {key}}}")
            .expect("a text takes everything");
    }
    if !authorization.is_empty() {
        write!(
            text,
            "auth:\n{}",
            authorization.replace("FOLDER", &shown.to_string())
        )
        .expect("a text takes everything");
    }
    text
}

/// Returns the SHA-256 of some bytes, hexadecimal, as the machine's own tool computes it.
pub fn sha256(bytes: &[u8]) -> String {
    let mut tool = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sha256sum is there");
    let mut input = tool.stdin.take().expect("it has an input");
    input.write_all(bytes).expect("it reads");
    drop(input);
    let output = tool.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("it writes text");
    text.split(' ').next().unwrap_or_default().to_owned()
}
