//! What a program can do beside a record transform: list, read and write keys, take a backup, tell
//! how far it is.
//!
//! A program's budget grows with what it is handed: each key that is listed and each record that is
//! read brings the fuel of one record. Its clock and its memory are counted from one call of the
//! host to the next, its output from one `apply` to the next. So a program can keep what it read,
//! as it may have to, and a hostile one can keep more than the limit by asking its host often.

use std::sync::Arc;

use remold_host_api::link::{self, Reply, Request};
use remold_host_api::{
    Bytes, Failure, HostError, Kind, Outcome, Pattern, ProgramHost, Record, STACK, ScanQuery,
};
use rhai::{Array, Dynamic, Engine};

use crate::bytes::{blob_value, to_bytes};
use crate::fault::{invalid, refuse};
use crate::json;
use crate::meter::Fallible;
use crate::record::Handle;
use crate::record::value::ITEM;
use crate::session::Session;

/// Runs a program on a thread of its own and answers what it asks of its host.
pub(crate) fn serve(
    session: &Arc<Session>,
    host: &mut dyn ProgramHost,
    program: impl FnOnce() -> Result<Outcome, Failure> + Send,
) -> Result<Outcome, Failure> {
    let (link, server) = link::pair();
    session.connect(link);
    std::thread::scope(|scope| {
        let run = || {
            let outcome = program();
            session.disconnect();
            outcome
        };
        let thread = std::thread::Builder::new().name("program".to_owned());
        let Ok(thread) = thread.stack_size(STACK).spawn_scoped(scope, run) else {
            session.disconnect();
            return Err(link::lost(false));
        };
        server.answer(host);
        thread.join().unwrap_or_else(|_| Err(link::lost(true)))
    })
}

/// Asks the host, outside the script's clock.
fn ask(session: &Session, request: Request) -> Fallible<Reply> {
    let reply = session.ask(request);
    session.meter.restart_clock();
    session.meter.restart_memory();
    reply.ok_or_else(|| {
        invalid(
            "the keyspace",
            "only a program, `fn run()`, can list, read and apply keys",
        )
    })
}

fn unexpected<T>() -> Fallible<T> {
    Err(refuse(HostError::Keyspace {
        problem: "the host gave another answer than was asked for".to_owned(),
    }))
}

/// The keys that a pattern matches, page by page.
#[derive(Clone)]
struct Scan {
    session: Arc<Session>,
    query: ScanQuery,
}

/// The keys of a scan that is going on.
struct Keys {
    scan: Scan,
    page: std::vec::IntoIter<Bytes>,
    ended: bool,
}

impl Scan {
    fn next_page(&self) -> Fallible<Vec<Bytes>> {
        match ask(&self.session, Request::Scan(self.query.clone()))? {
            Reply::Keys(keys) => {
                let keys = keys.map_err(refuse)?;
                let bytes = keys.iter().map(|key| key.len() + ITEM).sum();
                self.session.handed_over(keys.len(), bytes);
                Ok(keys)
            }
            _ => unexpected(),
        }
    }
}

impl Iterator for Keys {
    type Item = Fallible<Dynamic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && !self.ended {
            match self.scan.next_page() {
                Ok(page) => {
                    self.ended = page.is_empty();
                    self.page = page.into_iter();
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        let key = self.page.next()?;
        let charged = self.scan.session.meter.work(key.len());
        Some(charged.map(|()| match str::from_utf8(&key) {
            Ok(text) => text.into(),
            Err(_) => blob_value(&key),
        }))
    }
}

impl IntoIterator for Scan {
    type Item = Fallible<Dynamic>;
    type IntoIter = Keys;

    fn into_iter(self) -> Keys {
        Keys {
            scan: self,
            page: Vec::new().into_iter(),
            ended: false,
        }
    }
}

fn scan(session: &Arc<Session>, pattern: &Dynamic, kind: Option<&str>) -> Fallible<Scan> {
    let pattern = Pattern::new(to_bytes(pattern, "scan")?);
    let kind = kind.map(|name| {
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| {
            let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            invalid("scan", format!("the kind is one of {}", words.join(", ")))
        })
    });
    Ok(Scan {
        session: Arc::clone(session),
        query: ScanQuery {
            pattern,
            kind: kind.transpose()?,
        },
    })
}

fn get(session: &Arc<Session>, keys: Vec<Bytes>) -> Fallible<Vec<Dynamic>> {
    let Reply::Entries(entries) = ask(session, Request::Get(keys))? else {
        return unexpected();
    };
    let mut records = Vec::new();
    for entry in entries.map_err(refuse)? {
        let Some(entry) = entry else {
            records.push(Dynamic::UNIT);
            continue;
        };
        session.handed_over(1, entry.key.len() + entry.value.weight());
        records.push(Dynamic::from(Handle::editable(session, Record::new(entry))));
    }
    Ok(records)
}

fn apply(session: &Session, records: &[Dynamic]) -> Fallible<Array> {
    let mut edited = Vec::new();
    for record in records {
        let Some(handle) = record.read_lock::<Handle>() else {
            let found = record.type_name();
            return Err(invalid(
                "apply",
                format!("a record or a list of records is needed, this is a {found}"),
            ));
        };
        // The host checks the value against what it remembers; the script may go on with its own.
        edited.push(handle.edit(|record| Ok(record.clone()))?);
    }
    let Reply::Applied(applied) = ask(session, Request::Apply(edited))? else {
        return unexpected();
    };
    session.meter.restart_output();
    let applied = applied.map_err(refuse)?;
    Ok(applied
        .into_iter()
        .map(|applied| applied.name().into())
        .collect())
}

fn keys_of(keys: &Array) -> Fallible<Vec<Bytes>> {
    keys.iter().map(|key| to_bytes(key, "get_many")).collect()
}

fn backup(session: &Session, name: &str) -> Fallible<String> {
    match ask(session, Request::Backup(name.to_owned()))? {
        Reply::Backup(name) => name.map_err(refuse),
        _ => unexpected(),
    }
}

fn progress(session: &Session, done: i64, total: Option<i64>) -> Fallible<()> {
    let count = |number: i64| {
        u64::try_from(number).map_err(|_| invalid("progress", "a count is not negative"))
    };
    let request = Request::Progress(count(done)?, total.map(count).transpose()?);
    match ask(session, request)? {
        Reply::Noted => Ok(()),
        _ => unexpected(),
    }
}

fn checkpoint(session: &Session, state: &Dynamic) -> Fallible<()> {
    let text = json::print(&session.meter, state)?;
    session.meter.write(text.len())?;
    match ask(session, Request::Checkpoint(Bytes::from(text)))? {
        Reply::Checkpoint(noted) => noted.map_err(refuse),
        _ => unexpected(),
    }
}

fn resumed_from(session: &Session) -> Fallible<Dynamic> {
    match ask(session, Request::ResumedFrom)? {
        Reply::ResumedFrom(Some(state)) => json::parse(&session.meter, &state),
        Reply::ResumedFrom(None) => Ok(Dynamic::UNIT),
        _ => unexpected(),
    }
}

/// Registers the keyspace and the backup.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    engine.register_type_with_name::<Scan>("Scan");
    engine.register_iterator_result::<Scan, Dynamic>();
    let s = Arc::clone(session);
    engine.register_fn("scan", move |pattern: Dynamic| scan(&s, &pattern, None));
    let s = Arc::clone(session);
    engine.register_fn("scan", move |pattern: Dynamic, kind: &str| {
        scan(&s, &pattern, Some(kind))
    });
    let s = Arc::clone(session);
    engine.register_fn("get", move |key: Dynamic| {
        let records = get(&s, vec![to_bytes(&key, "get")?])?;
        Ok::<_, Box<rhai::EvalAltResult>>(records.into_iter().next().unwrap_or(Dynamic::UNIT))
    });
    let s = Arc::clone(session);
    engine.register_fn("get_many", move |keys: Array| get(&s, keys_of(&keys)?));
    let s = Arc::clone(session);
    engine.register_fn("apply", move |record: Handle| {
        let applied = apply(&s, &[Dynamic::from(record)])?;
        Ok::<_, Box<rhai::EvalAltResult>>(applied.into_iter().next().unwrap_or(Dynamic::UNIT))
    });
    let s = Arc::clone(session);
    engine.register_fn("apply", move |records: Array| apply(&s, &records));
    let s = Arc::clone(session);
    engine.register_fn("backup", move |name: &str| backup(&s, name));
    let s = Arc::clone(session);
    engine.register_fn("progress", move |done: i64| progress(&s, done, None));
    let s = Arc::clone(session);
    engine.register_fn("progress", move |done: i64, total: i64| {
        progress(&s, done, Some(total))
    });
    let s = Arc::clone(session);
    engine.register_fn("checkpoint", move |state: Dynamic| checkpoint(&s, &state));
    let s = Arc::clone(session);
    engine.register_fn("resumed_from", move || resumed_from(&s));
}
