//! The binary while it watches: what it has written so far, what is awaited from it, and its end.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use super::terminal::Terminal;
use super::{Place, stable};

/// How long something may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the binary writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Errors,
}

/// The binary while it watches.
pub(crate) struct Watched {
    child: Child,
    keyboard: Option<ChildStdin>,
    output: Receiver<(Stream, Vec<u8>)>,
    written: Vec<u8>,
    errors: Vec<u8>,
    terminal: Option<Terminal>,
    folder: PathBuf,
}

impl Place {
    /// Saves a file as many editors do, by a rename: nobody sees half of it.
    pub(crate) fn save(&self, name: &str, text: &str) {
        let fresh = format!("{name}.new~");
        self.write(&fresh, text);
        std::fs::rename(self.path(&fresh), self.path(name)).expect("a rename");
    }

    /// Saves a file in which one text is replaced by another.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.save(name, &text.replace(from, to));
    }

    /// Starts the binary in the folder, without a terminal.
    pub(crate) fn watch(&self, arguments: &[&str]) -> Watched {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remold"));
        command.args(arguments);
        Watched::start(self, command, None)
    }

    /// Starts the binary in the folder, on a terminal of 80 columns and a height.
    pub(crate) fn watch_on_terminal(&self, arguments: &[&str], height: usize) -> Watched {
        let binary = env!("CARGO_BIN_EXE_remold");
        let arguments = arguments.join(" ");
        let line = format!("stty rows {height} cols 80; exec '{binary}' {arguments}");
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--flush", "--command", &line]);
        command.arg("/dev/null");
        Watched::start(self, command, Some(Terminal::new(height)))
    }
}

impl Watched {
    fn start(place: &Place, mut command: Command, terminal: Option<Terminal>) -> Self {
        let folder = place.path("");
        command
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &folder)
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let (tell, output) = mpsc::channel();
        let stdout = child.stdout.take().expect("it is piped");
        read(stdout, Stream::Output, tell.clone());
        let stderr = child.stderr.take().expect("it is piped");
        read(stderr, Stream::Errors, tell);
        Self {
            keyboard: child.stdin.take(),
            child,
            output,
            written: Vec::new(),
            errors: Vec::new(),
            terminal,
            folder,
        }
    }

    /// Waits until what is written, or is on the screen, holds a text.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> String {
        self.await_text(text, Self::shown)
    }

    /// Waits until what is written beside the results holds a text.
    #[track_caller]
    pub(crate) fn expect_error(&mut self, text: &str) -> String {
        self.await_text(text, |watched| {
            String::from_utf8_lossy(&watched.errors).into_owned()
        })
    }

    #[track_caller]
    fn await_text(&mut self, text: &str, of: impl Fn(&Self) -> String) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = of(self);
            if found.contains(text) {
                return found;
            }
            let left = end.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.output.recv_timeout(left) else {
                let errors = String::from_utf8_lossy(&self.errors);
                panic!("{text:?} did not come; there is:\n{}{errors}", self.shown());
            };
            self.take(&bytes);
        }
    }

    /// Returns all that was written, or what is on the screen, without what differs from run to run.
    pub(crate) fn shown(&self) -> String {
        let shown = match &self.terminal {
            Some(terminal) => terminal.shown(),
            None => String::from_utf8_lossy(&self.written).into_owned(),
        };
        let took = regex::Regex::new(r", (\d+ ms|[\d.]+ s)").expect("a pattern");
        let spans: Vec<String> = shown
            .lines()
            .map(|line| took.replace(line, ", [SPAN]").into_owned())
            .collect();
        stable(&spans.join("\n"), &self.folder)
    }

    /// Says whether a code was written that colours something.
    pub(crate) fn has_colours(&self) -> bool {
        let coloured = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
        coloured.is_match(&String::from_utf8_lossy(&self.written))
    }

    /// Reads the documents that were written, one on each line.
    pub(crate) fn documents(&self) -> Vec<serde_json::Value> {
        let text = String::from_utf8_lossy(&self.written);
        let read = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        text.lines().map(read).collect()
    }

    /// Presses Ctrl-C on the terminal, or sends what it sends, and returns the exit code.
    pub(crate) fn interrupt(&mut self) -> i32 {
        if self.terminal.is_some() {
            let keyboard = self.keyboard.as_mut().expect("it has not ended");
            keyboard.write_all(b"\x03").expect("it reads");
        } else {
            let pid = self.child.id().to_string();
            let sent = Command::new("kill").args(["-INT", &pid]).status();
            assert!(sent.expect("there is a kill").success());
        }
        let status = self.child.wait().expect("it ends");
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.take(&bytes);
        }
        status.code().expect("it exits by itself")
    }

    fn take(&mut self, (stream, bytes): &(Stream, Vec<u8>)) {
        if *stream == Stream::Errors {
            self.errors.extend_from_slice(bytes);
            return;
        }
        self.written.extend_from_slice(bytes);
        if let Some(terminal) = &mut self.terminal {
            terminal.take(bytes);
        }
    }
}

/// Passes on what comes from a stream, until its end.
fn read(mut from: impl Read + Send + 'static, stream: Stream, tell: Sender<(Stream, Vec<u8>)>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if tell.send((stream, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
}

impl Drop for Watched {
    fn drop(&mut self) {
        // It has ended, unless the test has failed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
