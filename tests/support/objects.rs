//! An object store that speaks S3: moto's server on a free port, stopped when it is dropped and when the test process dies.
//!
//! It keeps everything in memory, and honours the conditional put that backups and journals rest on.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Mutex;

use crate::cache::{cache, fetch};
use crate::patience::PATIENCE;
use crate::server::process;

/// A store that runs, with one bucket: `backups`.
#[derive(Debug)]
pub struct ObjectServer {
    folder: PathBuf,
    port: u16,
    keys: (String, String),
    child: Mutex<Option<Child>>,
}

/// What it says is there, in its folder.
const LOG: &str = "moto.log";
/// The one bucket.
const BUCKET: &str = "backups";
/// What a store that asks nobody who they are is told.
const ANY: &str = "test";
/// How many requests a store that asks is given before it does: a user, its key, its policy, the bucket.
const UNASKED: &str = "4";

impl ObjectServer {
    /// Starts one that asks nobody who they are.
    pub fn start() -> Self {
        let server = Self::launch(&[]);
        server.create_bucket();
        server
    }

    /// Starts one that knows one user, who may do everything, and refuses all others.
    pub fn start_with_user() -> Self {
        let mut server = Self::launch(&[("INITIAL_NO_AUTH_ACTION_COUNT", UNASKED)]);
        server.ask_for_user("CreateUser", "");
        let key = server.ask_for_user("CreateAccessKey", "");
        server.keys = (part(&key, "AccessKeyId"), part(&key, "SecretAccessKey"));
        server.ask_for_user(
            "PutUserPolicy",
            "&PolicyName=all&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A\
             %22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
        );
        server.create_bucket();
        server
    }

    fn launch(variables: &[(&str, &str)]) -> Self {
        fetch("objects.sh", "moto");
        let folder = process::new_folder();
        let log = folder.join(LOG);
        let (port, child) = process::start_on_free_port(&program(), &log, |command, port| {
            listen(command, port);
            command.envs(variables.iter().copied());
        });
        Self {
            folder,
            port,
            keys: (ANY.to_owned(), ANY.to_owned()),
            child: Mutex::new(Some(child)),
        }
    }

    /// Returns its port on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the id and the secret with which it is spoken to.
    pub fn keys(&self) -> (String, String) {
        self.keys.clone()
    }

    /// Returns a place in its bucket: `s3://backups/prefix`.
    pub fn place(&self, prefix: &str) -> String {
        format!("s3://{BUCKET}/{prefix}")
    }

    /// Returns the variables with which it is spoken to.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.variables_at(self.port)
    }

    /// Returns the same for somebody who stands before it, on another port.
    pub fn variables_at(&self, port: u16) -> Vec<(String, String)> {
        let (id, secret) = self.keys.clone();
        let variables = [
            ("AWS_ACCESS_KEY_ID", id),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ];
        let variables = variables.into_iter();
        variables
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Puts an object past every client, under a condition or none; returns the status. Only for one that asks nobody.
    pub fn put(&self, name: &str, bytes: &[u8], unless_it_is_there: bool) -> u16 {
        let condition = if unless_it_is_there {
            "if-none-match: *\r\n"
        } else {
            ""
        };
        // An object that is there is nobody's to replace who says nothing of himself.
        let head = format!("{}{condition}", of_user("s3"));
        let path = format!("/{BUCKET}/{name}");
        self.send("PUT", &path, &head, bytes).0
    }

    /// Gets an object past every client. Only for one that asks nobody.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let (status, body) = self.send("GET", &format!("/{BUCKET}/{name}"), &of_user("s3"), b"");
        (status == 200).then_some(body)
    }

    /// Returns what it has written down of its requests.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join(LOG)).unwrap_or_default()
    }

    /// Returns the names of the objects that begin with this. Only for one that asks nobody.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        let path = format!("/{BUCKET}?list-type=2&prefix={prefix}");
        let (status, body) = self.send("GET", &path, &of_user("s3"), b"");
        let body = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(status, 200, "{body}");
        let keys = body.split("<Key>").skip(1);
        keys.map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
            .collect()
    }

    /// Starts it again after [`ObjectServer::kill`], on the same port, with an empty bucket. Only for one that asks nobody.
    pub fn restart(&self) {
        let log = self.folder.join(LOG);
        let child = process::start_on_port(&program(), &log, self.port, |command| {
            listen(command, self.port);
        });
        let child = child.expect("it starts on its port");
        *self.child.lock().expect("nobody panics with it") = Some(child);
        self.create_bucket();
    }

    /// Removes the bucket, which must be empty. Only for one that asks nobody.
    pub fn remove_bucket(&self) {
        let (status, answer) = self.send("DELETE", &format!("/{BUCKET}"), &of_user("s3"), b"");
        assert_eq!(status, 204, "{}", String::from_utf8_lossy(&answer));
    }

    /// Makes the bucket: it is there from the start, until [`ObjectServer::remove_bucket`].
    pub fn create_bucket(&self) {
        let (status, answer) = self.send("PUT", &format!("/{BUCKET}"), "", b"");
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    }

    /// Stops it; everything that it holds is lost.
    pub fn kill(&self) {
        let mut child = self.child.lock().expect("nobody panics with it");
        if let Some(mut child) = child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    fn ask_for_user(&self, action: &str, more: &str) -> String {
        let body = format!("Action={action}&UserName=ada&Version=2010-05-08{more}");
        let head = format!(
            "content-type: application/x-www-form-urlencoded\r\n{}",
            of_user("iam")
        );
        let (status, answer) = self.send("POST", "/", &head, body.as_bytes());
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Sends a request by HTTP/1.1 and returns the status and the body.
    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the store runs");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        stream
            .write_all(&[head.as_bytes(), body].concat())
            .expect("the store listens");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the store answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.expect("an answer has a head") + 4);
        let head = String::from_utf8_lossy(&answer).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        (status.expect("an answer has a status"), body)
    }
}

impl Drop for ObjectServer {
    fn drop(&mut self) {
        self.kill();
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn program() -> PathBuf {
    cache().join("objects/moto/bin/moto_server")
}

fn listen(command: &mut Command, port: u16) {
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
}

/// Makes the header of a user whose signature nobody looks at.
fn of_user(service: &str) -> String {
    format!(
        "authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, \
         Signature=none\r\n"
    )
}

/// Takes the text of an element out of a document.
fn part(document: &str, element: &str) -> String {
    let (_, rest) = document
        .split_once(&format!("<{element}>"))
        .unwrap_or_else(|| panic!("there is no {element} in {document}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}
