//! The loop: rounds one after the other, each of the newest state of the files.
//!
//! A round that is overtaken by a change is stopped and begun anew. A signal ends everything, and so does a reader that
//! has gone away; both are the usual end, and count as success.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use remold::Control;
use remold_watch::{Looking, Notice, Scope, Watcher};

use super::files::shown;
use super::shown::{Now, Shown};
use super::{Answer, Doing, Ended, Failure, Findings, Round, Session, Subject};
use crate::exit::Exit;
use crate::progress::Meter;
use crate::style::{FAINT, NAME, NOTE, paint};
use crate::{screen, signals};

/// How often the page is looked at while a round runs.
const RUNNING: Duration = Duration::from_millis(120);
/// How often while none does: the terminal may have got another size.
const WAITING: Duration = Duration::from_millis(400);
/// How often it is said how far a dry run is, where no page is drawn.
const SAID: Duration = Duration::from_secs(5);
/// How long a round may take to stop when everything ends.
const LAST: Duration = Duration::from_secs(2);

/// What the loop is woken by.
enum Wake {
    /// Files have changed.
    Changed,
    /// There is something to be known.
    Note(String),
    /// A round has ended.
    Ended(Box<Result<Option<Findings>, Failure>>),
    /// The operator has had enough.
    Stop,
    /// The thread of the rounds is gone.
    Lost,
}

/// What the thread of the rounds is given: files that have changed, and what stops the round.
type Task = (Vec<PathBuf>, Control);

/// A round that runs.
struct Running {
    number: u64,
    files: Vec<PathBuf>,
    since: Instant,
    said: Instant,
    /// Whether it was said last that something is waited for.
    waits: bool,
    meter: Meter,
}

impl Running {
    /// Says, where no page is drawn, how far a dry run is, and what is waited for; each of it every few seconds.
    fn say(&mut self, doing: &str, progress: Option<&str>) {
        let waits = doing.starts_with("waiting:");
        let is_due = self.said.elapsed() >= SAID;
        let line = match progress {
            // Why nothing goes on is said at once.
            _ if waits && (is_due || !self.waits) => doing,
            Some(progress) if is_due && !waits => progress,
            _ => {
                self.waits &= waits;
                return;
            }
        };
        self.waits = waits;
        self.said = Instant::now();
        screen::err(&format!("{}\n", paint(FAINT, line)));
    }
}

/// The round that may have to be stopped.
type Current = Arc<Mutex<Option<Control>>>;

/// Watches, and does a session's rounds, until it is enough.
pub(super) fn watch(subject: &Subject, scope: Scope, session: impl Session) -> Answer {
    let (wake, wakes) = mpsc::channel();
    let stop = wake.clone();
    signals::call_by_signal(move || drop(stop.send(Wake::Stop)));
    let current: Current = Arc::default();
    let looking = if subject.poll {
        Looking::Polling
    } else {
        Looking::Notified
    };
    let told = tell(Arc::clone(&current), wake.clone());
    let watcher = Arc::new(Watcher::start(scope, looking, told));
    let doing = Doing::default();
    let (tasks, thread) = begin(session, Arc::clone(&watcher), doing.clone(), wake);
    let mut vigil = Vigil {
        shown: Shown::of(subject),
        watcher,
        current,
        tasks,
        doing,
        running: None,
        rounds: 0,
        // The first round is of nothing that has changed.
        open: Some(Vec::new()),
    };
    if vigil.go_on(&wakes) == End::Lost {
        drop(vigil);
        // Whatever went wrong there goes on here.
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
    Answer::written(Exit::Success)
}

/// Makes what is told of files: it stops the round that they have overtaken.
fn tell(current: Current, wake: Sender<Wake>) -> impl Fn(Notice) + Send + Sync + 'static {
    // A sender may not be shared between threads, but for a lock.
    let wake = Mutex::new(wake);
    move |notice| {
        let woken = match notice {
            Notice::Changed => {
                let current = current.lock().unwrap_or_else(PoisonError::into_inner);
                current.iter().for_each(Control::stop);
                Wake::Changed
            }
            Notice::Polling(deaf) => {
                let word = paint(NOTE, "note");
                let remedy = deaf.remedy().map_or_else(String::new, |remedy| {
                    format!("\n{}`{remedy}` raises it", paint(NAME, "hint: "))
                });
                Wake::Note(format!(
                    "{word}: {deaf}; the files are looked at twice a second instead{remedy}"
                ))
            }
            Notice::Rewritten(file) => {
                let word = paint(NOTE, "note");
                let file = shown(&file);
                Wake::Note(format!(
                    "{word}: every build writes {file}; what changes in it during a build is passed over from now on"
                ))
            }
        };
        let wake = wake.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits any more when everything has ended.
        drop(wake.send(woken));
    }
}

/// Begins the thread that the rounds run on.
fn begin(
    mut session: impl Session,
    watcher: Arc<Watcher>,
    doing: Doing,
    wake: Sender<Wake>,
) -> (Sender<Task>, JoinHandle<()>) {
    /// Tells also of an end that nobody foresaw.
    struct Bell(Sender<Wake>);
    impl Drop for Bell {
        fn drop(&mut self) {
            drop(self.0.send(Wake::Lost));
        }
    }
    let (tasks, given) = mpsc::channel::<Task>();
    let thread = std::thread::spawn(move || {
        let bell = Bell(wake);
        while let Ok((changed, control)) = given.recv() {
            let result = session.round(&Round {
                watcher: &watcher,
                changed: &changed,
                control: &control,
                doing: &doing,
            });
            if bell.0.send(Wake::Ended(Box::new(result))).is_err() {
                return;
            }
        }
    });
    (tasks, thread)
}

/// How the loop ends.
#[derive(PartialEq, Eq)]
enum End {
    Enough,
    Lost,
}

/// The loop's state.
struct Vigil {
    shown: Shown,
    watcher: Arc<Watcher>,
    current: Current,
    tasks: Sender<Task>,
    doing: Doing,
    running: Option<Running>,
    /// How many rounds had an end that was shown.
    rounds: u64,
    /// The files of the next round; none if there is nothing to do.
    open: Option<Vec<PathBuf>>,
}

impl Vigil {
    fn go_on(&mut self, wakes: &Receiver<Wake>) -> End {
        loop {
            if self.running.is_none()
                && let Some(files) = self.open.take()
                && !self.start(files)
            {
                return End::Lost;
            }
            if !self.show() {
                return End::Enough;
            }
            let wait = if self.running.is_some() {
                RUNNING
            } else {
                WAITING
            };
            match wakes.recv_timeout(wait) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wake::Changed) => self.changed(),
                Ok(Wake::Note(note)) => self.shown.note(&note),
                Ok(Wake::Ended(result)) => {
                    if !self.ended(*result) {
                        return End::Enough;
                    }
                }
                Ok(Wake::Stop) => {
                    self.stop(wakes);
                    return End::Enough;
                }
                Ok(Wake::Lost) | Err(RecvTimeoutError::Disconnected) => return End::Lost,
            }
        }
    }

    /// Takes what has changed; a round that runs was told to stop already.
    fn changed(&mut self) {
        let files = self.watcher.take();
        if !files.is_empty() {
            self.open.get_or_insert_default().extend(files);
        }
    }

    fn start(&mut self, files: Vec<PathBuf>) -> bool {
        let control = Control::new();
        let now = Instant::now();
        self.running = Some(Running {
            number: self.rounds + 1,
            files: files.clone(),
            since: now,
            said: now,
            waits: false,
            meter: Meter::new(&control),
        });
        self.set_current(Some(control.clone()));
        self.tasks.send((files, control)).is_ok()
    }

    fn ended(&mut self, result: Result<Option<Findings>, Failure>) -> bool {
        let control = self.set_current(None);
        let Some(running) = self.running.take() else {
            return true;
        };
        // What has changed in the last moment is known before anything is shown of the state before.
        self.changed();
        let result = match result {
            Ok(Some(findings)) => Ok(findings),
            // What fails because it was stopped, such as waiting for a server, has not failed.
            Err(failure) if !control.is_some_and(|control| control.is_stopped()) => Err(failure),
            Ok(None) | Err(_) => {
                // Overtaken: its files belong to the round that comes now.
                let open = self.open.get_or_insert_default();
                open.extend(running.files);
                return true;
            }
        };
        self.rounds = running.number;
        let mut files: Vec<String> = running.files.iter().map(|file| shown(file)).collect();
        files.sort();
        files.dedup();
        self.shown.round(Ended {
            number: running.number,
            files,
            took: running.since.elapsed(),
            result,
        })
    }

    /// Shows what is going on. Says whether somebody still looks.
    fn show(&mut self) -> bool {
        let Some(running) = &mut self.running else {
            return self.shown.now(&Now::Waiting(self.watcher.count()));
        };
        let control = {
            let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.clone()
        };
        let since = running.since.elapsed();
        // Most rounds are over before anybody could read how far they are.
        let control = control.filter(|control| control.tally().handled() > 0 && since > RUNNING);
        let progress = control.map(|control| running.meter.read(&control, None).line());
        let doing = self.doing.said();
        if !matches!(self.shown, Shown::Page(_)) {
            running.say(&doing, progress.as_deref());
        }
        self.shown.now(&Now::Running {
            since,
            doing: &doing,
            progress,
        })
    }

    /// Ends everything: a round that runs is given a moment to leave a server in peace.
    fn stop(&mut self, wakes: &Receiver<Wake>) {
        if self.running.is_some() {
            let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.iter().for_each(Control::stop);
            drop(current);
            let end = Instant::now() + LAST;
            while let Ok(wake) = wakes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                if matches!(wake, Wake::Ended(_) | Wake::Lost) {
                    break;
                }
            }
        }
        self.shown.end();
    }

    /// Exchanges the round that is stopped by a change.
    fn set_current(&self, control: Option<Control>) -> Option<Control> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, control)
    }
}
