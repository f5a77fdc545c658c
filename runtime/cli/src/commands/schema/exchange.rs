//! Documents on their way between a folder and a server's registry: the plan, the question, the registration. Nothing is done
//! unless all of it can be done.

mod left;
mod shown;

use std::path::{Path, PathBuf};

use remold::{Documents, Exchange, Planned, RegisterAnswer, Registrar, Target};

use super::super::Answer;
use crate::arguments::{
    ExchangeArguments, PullSchemasArguments, RegisterArguments, TargetArguments,
};
use crate::confirmation::confirm;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::schema::exchange::{ExchangeShape, IntoShape};
use crate::style::{BAD, BOLD, GOOD, paint};

pub(super) use shown::{Words, entries, in_order, planned, refusals, refused};
use shown::{additions, entry_shape};

/// How often it is planned again because somebody else has registered something meanwhile.
const ATTEMPTS: u32 = 5;

/// Which ways documents are brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ways {
    Up,
    Down,
    Both,
}

/// What is to be done.
struct Request<'a> {
    ways: Ways,
    /// Where documents are read.
    paths: &'a [PathBuf],
    words: Words,
    dry_run: bool,
    yes: bool,
    target: &'a TargetArguments,
    /// What schemas that come into the folder name as theirs in a cluster.
    target_ref: Option<&'a str>,
}

/// `remold schema register`.
pub(super) fn register(arguments: &RegisterArguments) -> Result<Answer, Report> {
    bring(&Request {
        ways: Ways::Up,
        paths: &arguments.paths,
        words: Words::REGISTER,
        dry_run: arguments.dry_run,
        yes: arguments.yes,
        target: &arguments.target,
        target_ref: None,
    })
}

/// `remold schema push`.
pub(super) fn push(arguments: &ExchangeArguments) -> Result<Answer, Report> {
    between(arguments, Ways::Up, None)
}

/// `remold schema pull`.
pub(super) fn pull(arguments: &PullSchemasArguments) -> Result<Answer, Report> {
    let target_ref = arguments.target_ref.as_deref();
    between(&arguments.exchange, Ways::Down, target_ref)
}

/// `remold schema sync`.
pub(super) fn sync(arguments: &ExchangeArguments) -> Result<Answer, Report> {
    between(arguments, Ways::Both, None)
}

fn between(
    arguments: &ExchangeArguments,
    ways: Ways,
    target_ref: Option<&str>,
) -> Result<Answer, Report> {
    bring(&Request {
        ways,
        paths: std::slice::from_ref(&arguments.folder),
        words: Words::EXCHANGE,
        dry_run: arguments.dry_run,
        yes: arguments.yes,
        target: &arguments.target,
        target_ref,
    })
}

/// What is to be brought, as things stand.
struct Plan {
    registry: Documents,
    /// Into the registry.
    up: Option<Exchange>,
    /// Into the folder.
    down: Option<Exchange>,
    refusals: Vec<Report>,
}

fn bring(request: &Request<'_>) -> Result<Answer, Report> {
    let target = request.target.target(None)?;
    let writes = request.ways != Ways::Down && !request.dry_run;
    let mut registrar = if writes {
        Registrar::to_write(&target)?
    } else {
        Registrar::to_read(&target)?
    };
    let mut is_confirmed = false;
    for _ in 0..ATTEMPTS {
        let contents = registrar.contents()?;
        let plan = Plan::make(request, Documents::of_contents(&contents)?)?;
        if plan.differs() {
            return Ok(plan.answer(request, &target, Exit::Conflict, false));
        }
        if !plan.refusals.is_empty() {
            return Ok(plan.answer(request, &target, Exit::Failed, false));
        }
        if request.dry_run || plan.is_nothing() {
            return Ok(plan.answer(request, &target, Exit::Success, false));
        }
        // What others add meanwhile makes the plan smaller or a conflict: it is not asked for again.
        if !is_confirmed {
            let shown = plan.lines(request, &target);
            confirm(&shown, &plan.question(request, &target), request.yes)?;
            is_confirmed = true;
        }
        if let Some(up) = plan.up.as_ref().filter(|up| !up.is_nothing()) {
            match up.register(&mut registrar, &contents.revision, &who())? {
                RegisterAnswer::Registered { .. } => {}
                // The next plan says what is there now.
                RegisterAnswer::Taken(_) | RegisterAnswer::Moved { .. } => continue,
            }
        }
        if let (Some(down), Some(folder)) = (&plan.down, request.paths.first()) {
            down.write(folder, request.target_ref)?;
        }
        return Ok(plan.answer(request, &target, Exit::Success, true));
    }
    let message = format!(
        "others have registered something meanwhile, {ATTEMPTS} times in a row; nothing was registered"
    );
    Err(Report::new(Exit::Refused, "registry-busy", message)
        .hint("give the same command again when they are done"))
}

impl Plan {
    fn make(request: &Request<'_>, registry: Documents) -> Result<Self, Report> {
        let is_none = |path: &PathBuf| request.ways != Ways::Up && !path.exists();
        let local = if request.paths.iter().any(is_none) {
            Documents::default()
        } else {
            Documents::beside(&registry, request.paths)?
        };
        let mut all = Vec::new();
        let mut up = None;
        if request.ways != Ways::Down {
            let mut exchange = Exchange::plan(&local, &registry)?;
            all.append(&mut refusals(&mut exchange, &local, &registry));
            up = Some(exchange);
        }
        let mut down = None;
        if request.ways != Ways::Up {
            let mut exchange = Exchange::plan(&registry, &local)?;
            let refusals = refusals(&mut exchange, &registry, &local);
            // What differs one way differs the other way, and is told once.
            let told = if up.is_some() {
                exchange.differing().count()
            } else {
                0
            };
            all.extend(refusals.into_iter().skip(told));
            down = Some(exchange);
        }
        Ok(Self {
            registry,
            up,
            down,
            refusals: all,
        })
    }

    fn both(&self) -> impl Iterator<Item = (IntoShape, &Exchange)> {
        let up = self.up.iter().map(|up| (IntoShape::Registry, up));
        up.chain(self.down.iter().map(|down| (IntoShape::Folder, down)))
    }

    fn differs(&self) -> bool {
        self.both()
            .any(|(_, exchange)| exchange.differing().next().is_some())
    }

    fn is_nothing(&self) -> bool {
        self.both().all(|(_, exchange)| exchange.is_nothing())
    }

    /// Writes what becomes of each document.
    fn lines(&self, request: &Request<'_>, target: &Target) -> String {
        let mut text = String::new();
        for (into, exchange) in self.both() {
            // What is on both sides is told once.
            let lines = if request.ways == Ways::Both && into == IntoShape::Folder {
                additions(exchange, &self.registry, &request.words)
            } else {
                entries(exchange, &self.registry, &request.words)
            };
            if lines.is_empty() {
                continue;
            }
            let place = place(into, request, target);
            text.line(format_args!("{}", paint(BOLD, format!("into {place}"))));
            text.push_str(&lines);
        }
        text
    }

    fn question(&self, request: &Request<'_>, target: &Target) -> String {
        let parts = self.both().filter(|(_, exchange)| !exchange.is_nothing());
        let parts: Vec<String> = parts
            .map(|(into, exchange)| {
                let verb = match into {
                    IntoShape::Registry => "register",
                    IntoShape::Folder => "write",
                };
                let amount = figures::count(exchange.added().len() as u64, "entry");
                let amount = amount.replace("entrys", "entries");
                format!("{verb} {amount} in {}", place(into, request, target))
            })
            .collect();
        let mut question = format!("{}?", parts.join(" and "));
        question[..1].make_ascii_uppercase();
        question
    }

    fn answer(&self, request: &Request<'_>, target: &Target, exit: Exit, is_done: bool) -> Answer {
        let mut text = String::new();
        // Who was asked has seen it.
        if !is_done || request.yes {
            text.push_str(&self.lines(request, target));
            if !text.is_empty() {
                text.push('\n');
            }
        }
        text.push_str(&refused(&self.refusals));
        text.line(format_args!("{}", self.end(request, exit, is_done)));
        let entries = self.both().flat_map(|(into, exchange)| {
            let is_told = request.ways == Ways::Both && into == IntoShape::Folder;
            let entries = exchange.entries.iter();
            let entries = entries.filter(move |entry| !is_told || entry.planned == Planned::Added);
            entries.map(move |entry| entry_shape(entry, into, &self.registry))
        });
        let shape = ExchangeShape {
            target: target.name(),
            done: is_done,
            entries: entries.collect(),
            refusals: self.refusals.iter().map(Report::to_shape).collect(),
        };
        let is_well = matches!(exit, Exit::Success);
        let up = self.up.as_ref().filter(|_| is_well);
        let registered = up.and_then(|up| left::registered(up, &self.registry));
        let refusals = self.refusals.iter();
        let refusals: Vec<String> = refusals.map(|report| report.message.clone()).collect();
        Answer::new(exit, text, &shape).leaving(|left| {
            left.registered = registered;
            left.message = match exit {
                Exit::Conflict => Some(
                    "something else is registered under its name; what is registered never changes"
                        .to_owned(),
                ),
                _ => (!refusals.is_empty()).then(|| refusals.join("; ")),
            };
        })
    }

    /// Says in one line how it ended.
    fn end(&self, request: &Request<'_>, exit: Exit, is_done: bool) -> String {
        match exit {
            Exit::Conflict => paint(BAD, "conflict: nothing was written"),
            Exit::Success if self.is_nothing() => "nothing to do".to_owned(),
            Exit::Success if is_done => {
                let parts = self.both().filter(|(_, exchange)| !exchange.is_nothing());
                let parts = parts.map(|(into, exchange)| {
                    let verb = match into {
                        IntoShape::Registry => "registered",
                        IntoShape::Folder => "written",
                    };
                    format!("{} {verb}", figures::number(exchange.added().len() as u64))
                });
                paint(GOOD, parts.collect::<Vec<_>>().join(", "))
            }
            Exit::Success if request.dry_run => "nothing was written: a dry run".to_owned(),
            _ => paint(BAD, "refused: nothing was written"),
        }
    }
}

fn place(into: IntoShape, request: &Request<'_>, target: &Target) -> String {
    match into {
        IntoShape::Registry => target.name(),
        IntoShape::Folder => request
            .paths
            .first()
            .map_or_else(String::new, |folder| folder.display().to_string()),
    }
}

/// Says who registers, for people: `ada@host`.
fn who() -> String {
    let user = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    let host = std::fs::read_to_string(Path::new("/proc/sys/kernel/hostname"));
    let host = host.map(|host| host.trim().to_owned()).unwrap_or_default();
    match (user, host.is_empty()) {
        (Some(user), false) => format!("{user}@{host}"),
        (Some(user), true) => user,
        (None, false) => host,
        (None, true) => "unknown".to_owned(),
    }
}
