//! `remold backup`: backups of whole servers.

mod create;
mod list;
mod prune;
mod remove;
mod restore;
mod verify;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use remold::{BackupManifest, BackupProgress};

use super::Answer;
use crate::arguments::BackupCommand;
use crate::paragraph::Put;
use crate::report::Report;
use crate::style::{FAINT, NOTE, paint};
use crate::traced::Traced;
use crate::{figures, screen, signals};

/// How often it is said how far something is.
const SAID: Duration = Duration::from_secs(5);

/// Does what was asked with backups.
pub(super) fn backup(command: &BackupCommand, traced: &Traced) -> Result<Answer, Report> {
    match command {
        BackupCommand::Create(arguments) => create::create(arguments, traced),
        BackupCommand::List(arguments) => list::list(arguments),
        BackupCommand::Verify(arguments) => verify::verify(arguments),
        BackupCommand::Restore(arguments) => restore::restore(arguments, traced),
        BackupCommand::Prune(arguments) => prune::prune(arguments),
        BackupCommand::Remove(arguments) => remove::remove(arguments),
        BackupCommand::Save(arguments) => remove::save(arguments),
    }
}

/// Says every few seconds how far something is, and stops it by Ctrl-C where that leaves nothing to be mended.
struct Watcher {
    stopped: Arc<AtomicBool>,
    said: Instant,
}

impl Watcher {
    fn start() -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let by_signal = Arc::clone(&stopped);
        signals::call_by_signal(move || {
            by_signal.store(true, Ordering::SeqCst);
            let text = "stopping: what was begun is taken away; again to exit at once";
            screen::err(&format!("{}\n", paint(NOTE, text)));
        });
        Self {
            stopped,
            said: Instant::now(),
        }
    }

    /// Says only how far something is: nothing is begun that a signal would have to stop.
    fn of_reading() -> Self {
        Self {
            stopped: Arc::default(),
            said: Instant::now(),
        }
    }

    fn look(&mut self, progress: BackupProgress) -> ControlFlow<()> {
        if self.said.elapsed() >= SAID {
            self.said = Instant::now();
            screen::err(&format!("{}\n", paint(FAINT, describe(progress))));
        }
        if self.stopped.load(Ordering::SeqCst) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

fn describe(progress: BackupProgress) -> String {
    let of = |part: u64, all: Option<u64>| match all {
        Some(all) => format!("{} ({})", figures::bytes(part), figures::share(part, all)),
        None => figures::bytes(part),
    };
    match progress {
        BackupProgress::Waiting => "the server makes its snapshot".to_owned(),
        BackupProgress::Receiving { bytes, total } => format!("received {}", of(bytes, total)),
        BackupProgress::Proving { bytes, total } => {
            format!("read and decoded {}", of(bytes, Some(total)))
        }
        BackupProgress::Loading { keys, total } => format!(
            "loaded {} ({})",
            figures::count(keys, "key"),
            figures::share(keys, total)
        ),
    }
}

/// Writes what a manifest says, line by line.
fn about(manifest: &BackupManifest) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: String| text.line(format_args!("  {name:<11}{value}"));
    let server = &manifest.server;
    let product = format!("{} {}", server.product, server.version);
    let role = server
        .role
        .as_ref()
        .map_or_else(String::new, |role| format!(", {role}"));
    row("server", format!("{} ({product}{role})", server.address));
    row("taken", figures::time(manifest.taken_at));
    let contents = &manifest.contents;
    let databases: Vec<String> = contents
        .databases
        .iter()
        .map(|one| format!("{}: {}", one.database, figures::number(one.keys)))
        .collect();
    let databases = match databases.len() {
        0 => String::new(),
        _ => format!(" (database {})", databases.join(", ")),
    };
    row(
        "keys",
        format!("{}{databases}", figures::number(contents.keys())),
    );
    if contents.functions > 0 {
        row("functions", figures::number(contents.functions));
    }
    row(
        "size",
        format!(
            "{}, RDB version {}",
            figures::bytes(manifest.bytes),
            contents.rdb_version
        ),
    );
    row("sha256", manifest.sha256.clone());
    if let Some(run) = &manifest.run {
        row("run", run.clone());
    }
    text
}

/// Says how long ago a backup was taken.
fn age(manifest: &BackupManifest) -> Duration {
    let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    Duration::from_millis(now.saturating_sub(manifest.taken_at))
}
