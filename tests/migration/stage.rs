//! What every test here has: a database with keys, a migration that is not idempotent, a folder of journals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use redis::{Connection, cmd};
use remold::{
    Control, Error, JournalDirectory, Migration, Observer, RedisOptions, RollbackReport, RunEnd,
    RunOptions, RunReport, Runner, Silent, Step, StepWatcher, Target, Verdict,
};
use remold_tests::{Options, Server, ServerVersion, Shape, Snapshot, populate};

pub(crate) const ALL: [ServerVersion; 4] = [
    ServerVersion::Redis6_2,
    ServerVersion::Redis7_0,
    ServerVersion::Redis8_2,
    ServerVersion::Valkey8,
];

pub(crate) const RESERVED: &[u8] = b"__remold:";

/// Adds one to a counter of every kind that can hold one: applied twice, it shows.
pub(crate) const COUNT: &str = r#"
fn migrate(rec) {
    switch rec.kind {
        "hash" => rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1),
        "list" => rec.list.push("run"),
        "set" => {
            let n = 0;
            while rec.set.contains(`run ${n}`) { n += 1; }
            rec.set.add(`run ${n}`);
        }
        "sorted-set" => {
            let score = rec.sorted_set.score("runs");
            rec.sorted_set.add("runs", if score == () { 1.0 } else { score + 1.0 });
        }
        "text" => rec.bytes = rec.bytes + blob(1, 33),
        _ => return skip("cannot count"),
    }
}
"#;

/// A server's database with keys of every shape, and what is needed to migrate it.
pub(crate) struct Stage {
    pub(crate) server: &'static Server,
    pub(crate) database: u32,
    pub(crate) keys: Vec<String>,
    pub(crate) before: Snapshot,
    folder: PathBuf,
    guard: String,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Stage {
    /// Fills a fresh database of a shared server with `count` keys.
    pub(crate) fn new(version: ServerVersion, count: u64) -> Self {
        let server = Server::shared(version);
        Self::on(server, take_database(server), count)
    }

    /// The same on a server that nobody else uses.
    pub(crate) fn alone(version: ServerVersion, count: u64) -> Self {
        Self::alone_with(version, Options::new(), count)
    }

    /// The same with options.
    pub(crate) fn alone_with(version: ServerVersion, options: Options, count: u64) -> Self {
        // It dies with the test process.
        let server: &'static Server = Box::leak(Box::new(Server::start(version, options)));
        Self::on(server, take_database(server), count)
    }

    fn on(server: &'static Server, database: u32, count: u64) -> Self {
        let mut connection = server.connection_to(database);
        let keys = populate(
            &mut connection,
            &Shape::all(server.version()),
            "user:",
            count,
        );
        let before = Snapshot::take(&mut connection);
        let name = format!(
            "remold-migration-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::SeqCst)
        );
        let folder = std::env::temp_dir().join(name);
        Self {
            server,
            database,
            keys,
            before,
            folder,
            guard: "auto".to_owned(),
        }
    }

    pub(crate) fn guarded_by(mut self, guard: &str) -> Self {
        guard.clone_into(&mut self.guard);
        self
    }

    pub(crate) fn connection(&self) -> Connection {
        self.server.connection_to(self.database)
    }

    pub(crate) fn url(&self) -> String {
        self.server.url_of(self.database)
    }

    /// The migration of this script over `user:*`, in small batches.
    pub(crate) fn migration(&self, script: &str) -> Migration {
        self.migration_with(script, "")
    }

    /// The same with more lines in its spec.
    pub(crate) fn migration_with(&self, script: &str, more: &str) -> Migration {
        Migration::from_parts("migration.yaml", &self.manifest(more), sources(script))
            .expect("the migration is valid")
    }

    pub(crate) fn manifest(&self, more: &str) -> String {
        let guard = &self.guard;
        format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: count }}\nspec:\n  \
             select: {{ match: \"user:*\" }}\n  transform: {{ rhai: {{ file: count.rhai }} }}\n  \
             strategy: {{ parallelism: 4, batchSize: 8, guard: {guard} }}\n{more}"
        )
    }

    pub(crate) fn folder(&self) -> &PathBuf {
        &self.folder
    }

    pub(crate) fn runner(&self) -> Runner {
        self.runner_at(&self.url())
    }

    /// A runner that reaches the server by another address, a proxy's for instance.
    pub(crate) fn runner_at(&self, url: &str) -> Runner {
        let options = RedisOptions::parse_url(url).expect("a server's URL");
        Runner::new(
            Target::Redis(Box::new(options)),
            JournalDirectory::new(&self.folder),
        )
    }

    pub(crate) fn run(&self, script: &str) -> RunReport {
        self.run_watched(script, None).expect("the run begins")
    }

    pub(crate) fn run_watched(
        &self,
        script: &str,
        steps: Option<StepWatcher>,
    ) -> Result<RunReport, Error> {
        let options = RunOptions {
            steps,
            ..RunOptions::default()
        };
        self.runner()
            .run(&self.migration(script), &options, &Control::new(), &Silent)
    }

    pub(crate) fn resume(&self, run: &str) -> RunReport {
        self.runner()
            .resume(run, &RunOptions::default(), &Control::new(), &Silent)
            .expect("the run goes on")
    }

    pub(crate) fn roll_back(&self, run: &str) -> RollbackReport {
        self.roll_back_seen_by(run, &Silent)
    }

    pub(crate) fn roll_back_seen_by(&self, run: &str, observer: &dyn Observer) -> RollbackReport {
        let options = RunOptions::default();
        self.runner()
            .roll_back(run, &options, &Control::new(), observer)
            .expect("the rollback begins")
    }

    /// The only run that a folder of journals knows.
    pub(crate) fn only_run_in(folder: &Path) -> String {
        let journals = JournalDirectory::new(folder)
            .list()
            .expect("the folder can be read");
        assert_eq!(journals.len(), 1, "{journals:?}");
        journals
            .into_iter()
            .next()
            .map(|journal| journal.run)
            .expect("there is one")
    }

    /// The application's keys as they are now.
    pub(crate) fn now(&self) -> Snapshot {
        Snapshot::take(&mut self.connection()).without_prefix(RESERVED)
    }

    /// What one undisturbed run makes of the same keys, computed by another run on a copy of them.
    pub(crate) fn expected(&self, script: &str) -> Snapshot {
        let copy = take_database(self.server);
        let mut connection = self.connection();
        for key in &self.keys {
            let copied: i64 = cmd("COPY")
                .arg(key)
                .arg(key)
                .arg("DB")
                .arg(copy)
                .query(&mut connection)
                .expect("the key exists in this database alone");
            assert_eq!(copied, 1, "{key}");
        }
        let there = Self {
            server: self.server,
            database: copy,
            keys: self.keys.clone(),
            before: self.before.clone(),
            folder: self.folder.with_extension("copy"),
            guard: self.guard.clone(),
        };
        assert_eq!(there.run(script).outcome.end, RunEnd::Completed);
        there.now()
    }
}

/// Databases of shared servers that a test is done with, by the server's port.
static RETURNED: Mutex<Vec<(u16, u32)>> = Mutex::new(Vec::new());

fn take_database(server: &Server) -> u32 {
    let mut returned = RETURNED.lock().expect("nobody panics while holding it");
    let place = returned.iter().position(|(port, _)| *port == server.port());
    let Some(place) = place else {
        return server.fresh_database().index();
    };
    let (_, index) = returned.swap_remove(place);
    let () = cmd("FLUSHDB")
        .query(&mut server.connection_to(index))
        .expect("a database can be emptied");
    index
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            RETURNED
                .lock()
                .expect("nobody panics while holding it")
                .push((self.server.port(), self.database));
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

pub(crate) fn sources(script: &str) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([("count.rhai".to_owned(), script.as_bytes().to_vec())])
}

/// A watcher that ends the run at the `nth` time (from 1) that it reaches a step.
pub(crate) fn die_at(step: Step, nth: u32) -> StepWatcher {
    let seen = Mutex::new(0_u32);
    Arc::new(move |reached| {
        if reached != step {
            return Verdict::Continue;
        }
        let mut seen = seen.lock().expect("no watcher panics");
        *seen += 1;
        if *seen >= nth {
            Verdict::Die
        } else {
            Verdict::Continue
        }
    })
}

/// A watcher that does something the first time that a step is reached.
pub(crate) fn once_at(step: Step, act: impl Fn() + Send + Sync + 'static) -> StepWatcher {
    let done = Mutex::new(false);
    Arc::new(move |reached| {
        let mut done = done.lock().expect("no watcher panics");
        if reached == step && !*done {
            *done = true;
            act();
        }
        Verdict::Continue
    })
}
