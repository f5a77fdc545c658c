//! The process of a server: spawned so that it cannot outlive the test process, found ready by asking it.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, mpsc};
use std::thread;

use super::super::ServerVersion;
use super::super::patience::try_wait_for;
use super::Options;

/// Starts the server program on its configuration file; its output is appended to `server.log` in `folder`.
pub(super) fn spawn(version: ServerVersion, options: &Options, folder: &Path) -> Child {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))
        .expect("the server's log can be opened");
    let mut command = leashed(version.server_program());
    command
        .arg(folder.join("server.conf"))
        .args(options.arguments())
        .envs(options.environment())
        .env("LD_LIBRARY_PATH", version.library_folder())
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file handle can be cloned"))
        .stderr(log);
    spawn_for_good(command)
}

/// Spawns from a thread that lives as long as the process: a test's own thread ends with the test, and would take a
/// server that others use with it.
pub(crate) fn spawn_for_good(command: Command) -> Child {
    type Job = (Command, mpsc::Sender<std::io::Result<Child>>);
    static SPAWNER: OnceLock<Mutex<mpsc::Sender<Job>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("spawner".to_owned())
            .spawn(move || {
                for (mut command, answer) in queue {
                    // Nobody waits for the answer only if the asking thread is gone; then the child is killed by Drop
                    // of no one, but by the kernel at the end of this process.
                    drop(answer.send(command.spawn()));
                }
            })
            .expect("a thread can be started");
        Mutex::new(jobs)
    });
    let (answer, child) = mpsc::channel();
    spawner
        .lock()
        .expect("sending does not panic")
        .send((command, answer))
        .expect("the spawner lives as long as the process");
    child
        .recv()
        .expect("the spawner answers every job")
        .unwrap_or_else(|error| {
            panic!("the server did not start; is setpriv of util-linux there? {error}")
        })
}

/// The command of a program that the kernel kills when the thread that starts it ends (`PR_SET_PDEATHSIG`).
pub(crate) fn leashed(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// Starts a program that listens when it is ready; on another port if it ends before, since somebody may have taken the first.
/// `arrange` completes its command for a port; what it says is appended to `log`.
///
/// # Panics
///
/// With the end of the log, if it does not start on any of eight ports.
pub(crate) fn start_on_free_port(
    program: &Path,
    log: &Path,
    mut arrange: impl FnMut(&mut Command, u16),
) -> (u16, Child) {
    for _ in 0..8 {
        let port = free_port();
        let child = start_on_port(program, log, port, |command| arrange(command, port));
        if let Some(child) = child {
            return (port, child);
        }
    }
    panic!("{} did not start:\n{}", program.display(), tail(log));
}

/// Starts a program that listens on a port when it is ready; `None` if it has ended instead.
pub(crate) fn start_on_port(
    program: &Path,
    log: &Path,
    port: u16,
    arrange: impl FnOnce(&mut Command),
) -> Option<Child> {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .expect("a log can be made");
    let mut command = leashed(program);
    arrange(&mut command);
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a file handle can be cloned"))
        .stderr(file);
    let mut child = spawn_for_good(command);
    let ready = try_wait_for(|| {
        if child.try_wait().expect("a child can be asked").is_some() {
            return Some(false);
        }
        TcpStream::connect(("127.0.0.1", port)).ok().map(|_| true)
    });
    if ready == Some(true) {
        return Some(child);
    }
    drop(child.kill());
    drop(child.wait());
    None
}

/// A new empty folder for one server, under one folder per test process; those of dead processes are removed.
pub(crate) fn new_folder() -> PathBuf {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const PREFIX: &str = "remold-tests-";
    let root = ROOT.get_or_init(|| {
        let parent = std::env::temp_dir();
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let owner = name
                .to_str()
                .and_then(|name| name.strip_prefix(PREFIX)?.parse::<u32>().ok());
            if owner.is_some_and(|owner| !Path::new(&format!("/proc/{owner}")).exists()) {
                // Another test process may be removing it too.
                drop(fs::remove_dir_all(entry.path()));
            }
        }
        parent.join(format!("{PREFIX}{}", process::id()))
    });
    let folder = root.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    fs::create_dir_all(&folder).expect("a folder for the server can be made");
    folder
}

/// A port on which nothing listens now. It is below the range from which the kernel takes ports for outgoing
/// connections, so that none of those holds it when the server is started again.
pub(crate) fn free_port() -> u16 {
    const FIRST: u32 = 21_000;
    const COUNT: u32 = 11_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let offset = process::id().wrapping_mul(193).wrapping_add(step) % COUNT;
        let port = u16::try_from(FIRST + offset).expect("the range ends below 65536");
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free between {FIRST} and {}", FIRST + COUNT);
}

/// The last lines of a log.
pub(crate) fn tail(path: &Path) -> String {
    use std::io::{Read, Seek, SeekFrom};
    const BYTES: u64 = 4096;
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(BYTES)))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    read().unwrap_or_else(|error| format!("(no log: {error})"))
}
