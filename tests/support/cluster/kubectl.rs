//! kubectl as one user, and what it answers.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

/// kubectl with one kubeconfig. Nothing of the machine's own configuration is read.
#[derive(Clone, Debug)]
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

/// What kubectl, or Helm, has answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its exit code; none if a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Kubectl {
    pub(super) fn new(program: PathBuf, kubeconfig: PathBuf) -> Self {
        Self {
            program,
            kubeconfig,
        }
    }

    /// The path of the kubeconfig, for other clients.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Runs it with nothing to read. A request gives up after half a minute; `--request-timeout` says otherwise.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, "")
    }

    /// Changes an object by a merge patch; for one of no namespace any will do.
    pub fn patch(&self, kind: &str, namespace: &str, name: &str, patch: &Value) -> Answer {
        self.merge(&[kind, name], namespace, patch)
    }

    /// Changes the status of an object by a merge patch.
    pub fn patch_status(&self, kind: &str, namespace: &str, name: &str, patch: &Value) -> Answer {
        self.merge(&[kind, name, "--subresource=status"], namespace, patch)
    }

    fn merge(&self, what: &[&str], namespace: &str, patch: &Value) -> Answer {
        let patch = patch.to_string();
        let how = ["--namespace", namespace, "--type=merge", "--patch", &patch];
        self.run(&[&["patch"], what, &how].concat())
    }

    /// Runs it with something to read: `-f -`.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = Command::new(&self.program);
        command
            .arg("--request-timeout=30s")
            .args(arguments)
            .env("KUBECONFIG", &self.kubeconfig)
            .env("KUBECACHEDIR", self.kubeconfig.with_extension("cache"))
            .env("KUBERC", "off");
        Answer::of(command, input)
    }
}

impl Answer {
    /// Runs a program to its end, with something to read.
    pub(super) fn of(mut command: Command, input: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
        let mut stdin = child.stdin.take().expect("it has an input");
        let output = thread::scope(|scope| {
            scope.spawn(move || {
                // It may end before it has read everything.
                drop(stdin.write_all(input.as_bytes()));
            });
            child.wait_with_output().expect("a child can be waited for")
        });
        Self {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Whether it did what it was asked for.
    pub fn is_success(&self) -> bool {
        self.status == Some(0)
    }

    /// Returns what it wrote; fails if it did not do what it was asked for.
    #[track_caller]
    pub fn succeeded(self) -> String {
        assert!(
            self.is_success(),
            "it failed: {:?}\n{}{}",
            self.status,
            self.stdout,
            self.stderr
        );
        self.stdout
    }

    /// Returns its complaint; fails if it did what it was asked for.
    #[track_caller]
    pub fn refused(self) -> String {
        assert!(
            !self.is_success(),
            "it was to be refused:\n{}{}",
            self.stdout,
            self.stderr
        );
        self.stderr
    }
}
