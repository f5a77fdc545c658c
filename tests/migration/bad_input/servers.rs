//! Servers in trouble. What passes is waited for, as long as the manifest says: before anything is written, and in the
//! middle of a run, which then stops so that it can be resumed, and counts each key once.

mod start;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use redis::{Connection, cmd};
use remold_tests::{
    Action, Options, Proxy, Request, Rule, RuleHandle, Server, ServerVersion, Snapshot, wait_for,
};

use super::{Answer, Place, REFUSED, STOPPED, SUCCESS, remold};
use crate::stage::{COUNT, Stage};

pub(crate) const IMPATIENT: &str = "  policy: { retry: { maxElapsed: 300ms } }\n";

/// A server that can be put through something, over a connection that was there before.
pub(crate) struct Ward {
    pub(crate) server: &'static Server,
    connection: Mutex<Connection>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Ward {
    fn of(stage: &Stage) -> Arc<Self> {
        Arc::new(Self {
            server: stage.server,
            connection: Mutex::new(stage.connection()),
            threads: Mutex::default(),
        })
    }

    /// Sends a command given as words.
    pub(crate) fn ask(&self, command: &str) {
        let mut words = command.split(' ');
        let mut asked = cmd(words.next().unwrap_or_default());
        words.for_each(|word| {
            asked.arg(word.trim_matches('"'));
        });
        asked
            .exec(&mut *self.connection.lock().expect("nobody panics"))
            .expect(command);
    }

    pub(crate) fn meanwhile(&self, act: impl FnOnce() + Send + 'static) {
        let thread = std::thread::spawn(act);
        self.threads.lock().expect("nobody panics").push(thread);
    }

    pub(crate) fn end_of_threads(&self) {
        for thread in self.threads.lock().expect("nobody panics").drain(..) {
            thread.join().expect("it has ended well");
        }
    }

    /// Lets a script run until it is killed.
    fn keep_busy(&self) {
        let server = self.server;
        self.meanwhile(move || {
            let endless = cmd("EVAL")
                .arg("while true do end")
                .arg(0)
                .exec(&mut server.connection());
            endless.expect_err("it is killed");
        });
        wait_for("the script to run", || {
            let answer = cmd("PING").exec(&mut *self.connection.lock().expect("nobody panics"));
            answer
                .is_err_and(|error| error.code() == Some("BUSY"))
                .then_some(())
        });
    }

    /// Stops the server as a power cut would and starts it again, which takes as long as its data does.
    fn load_slowly(&self) {
        let server = self.server;
        server.kill();
        self.meanwhile(move || server.restart());
        let loads = || Some(connect(server)?.loads()).filter(|loads| *loads);
        wait_for("the server to load", loads);
    }
}

/// A connection to a server that may be down, or loading.
fn connect(server: &Server) -> Option<Probe> {
    let url = format!("redis+unix://{}", server.socket().display());
    let client = redis::Client::open(url).expect("it is an address");
    client.get_connection().ok().map(Probe)
}

struct Probe(Connection);

impl Probe {
    fn loads(mut self) -> bool {
        let answer = cmd("PING").exec(&mut self.0);
        answer.is_err_and(|error| error.code() == Some("LOADING"))
    }

    fn load_fast(mut self) {
        cmd("CONFIG")
            .arg(&["SET", "key-load-delay", "0"])
            .exec(&mut self.0)
            .expect("it listens");
    }
}

/// A server whose data takes seconds to load, and that answers meanwhile.
fn slow_to_load() -> Options {
    let slow = Options::new().snapshots().config("key-load-delay 50000");
    slow.config("loading-process-events-interval-bytes 1024")
}

/// Says whether a request belongs to the writing of a batch.
pub(crate) fn is_receipt(request: &Request) -> bool {
    let is_write = request.is("ZADD") || request.is("EVALSHA") || request.is("EVAL");
    is_write && request.mentions(b"receipts")
}

/// Does something once, at the fifth request of a kind: of those that write batches over four connections, one was
/// answered by then.
pub(crate) fn in_the_middle(
    proxy: &Proxy,
    moment: fn(&Request) -> bool,
    act: impl Fn() + Send + Sync + 'static,
) -> RuleHandle {
    let seen = Mutex::new(0);
    proxy.add(Rule::every(Action::Count, move |request| {
        if !moment(request) {
            return false;
        }
        let mut seen = seen.lock().expect("nobody panics");
        *seen += 1;
        let now = *seen == 5;
        if now {
            act();
        }
        now
    }))
}

/// Runs a migration on a server to which something happens in the middle.
pub(crate) struct Story {
    pub(crate) stage: Stage,
    pub(crate) expected: Snapshot,
    pub(crate) proxy: Proxy,
    pub(crate) ward: Arc<Ward>,
    pub(crate) place: Place,
    /// At the fifth request of this kind something happens.
    pub(crate) moment: fn(&Request) -> bool,
}

impl Story {
    pub(crate) fn new(options: Options) -> Self {
        let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 80);
        let expected = stage.expected(COUNT);
        let place = Place::new(&stage.manifest(IMPATIENT), COUNT);
        Self {
            proxy: Proxy::start(stage.server),
            ward: Ward::of(&stage),
            expected,
            stage,
            place,
            moment: is_receipt,
        }
    }

    pub(crate) fn url(&self) -> String {
        let user = self.stage.url();
        let (credentials, _) = user
            .trim_start_matches("redis://")
            .rsplit_once('@')
            .unwrap_or_default();
        let at = if credentials.is_empty() { "" } else { "@" };
        format!("redis://{credentials}{at}{}/0", self.proxy.address())
    }

    /// Runs it, and does something in the middle.
    pub(crate) fn disturbed(&self, act: impl Fn(&Ward) + Send + Sync + 'static) -> Answer {
        let ward = Arc::clone(&self.ward);
        let rule = in_the_middle(&self.proxy, self.moment, move || act(&ward));
        let answer = self.place.run_at(&self.url());
        assert_eq!(rule.fired(), 1, "{}", answer.text);
        answer
    }

    pub(crate) fn resume(&self, url: &str) -> Answer {
        let journals = self.place.journals();
        let run = Stage::only_run_in(journals.as_ref());
        remold(&[
            "resume",
            &run,
            "--target",
            url,
            "--journal",
            &journals,
            "--yes",
        ])
    }

    /// Says whether a run that was disturbed stops with words that help, and is resumed to the same end as one that
    /// was not.
    #[track_caller]
    pub(crate) fn stops_and_is_resumed(
        &self,
        begin: impl Fn(&Ward) + Send + Sync + 'static,
        end: impl FnOnce(&Ward),
        words: &[&str],
    ) {
        let answer = self.disturbed(begin);
        answer.says(STOPPED, words);
        let consequence = "every batch is applied whole or not at all";
        answer.says(
            STOPPED,
            &[
                "Stopped: count",
                consequence,
                "to go on",
                "remold resume count-",
            ],
        );
        end(&self.ward);
        self.ward.end_of_threads();
        self.resume(&self.url()).says(SUCCESS, &["Completed count"]);
        self.has_ended_well();
    }

    #[track_caller]
    pub(crate) fn has_ended_well(&self) {
        without_groups(self.expected.clone()).assert_same(&without_groups(self.stage.now()));
    }
}

/// When the consumers of a group were last seen is not in a server's own log, so those are left out.
pub(crate) fn without_groups(mut keyspace: Snapshot) -> Snapshot {
    let is_group = |key: &[u8]| key.starts_with(b"user:stream-groups");
    keyspace.keys.retain(|key, _| !is_group(key));
    keyspace
}

pub(crate) const WAITED: &str = "the server was unavailable for too long";

#[test]
fn a_server_that_goes_away_in_the_middle() {
    let story = Story::new(Options::new().append_only());
    story.stops_and_is_resumed(
        |ward| ward.server.kill(),
        |ward| ward.server.restart(),
        &[
            "waiting: ",
            "next attempt in",
            WAITED,
            "the server closed the connection",
            "is it stopping",
        ],
    );
}

#[test]
fn a_server_that_becomes_a_replica_in_the_middle() {
    let story = Story::new(Options::new());
    story.stops_and_is_resumed(
        |ward| ward.ask("REPLICAOF 127.0.0.1 1"),
        |ward| ward.ask("REPLICAOF NO ONE"),
        &[
            "waiting: ",
            WAITED,
            "READONLY",
            "the server is a replica",
            "connect to its primary",
        ],
    );
}

#[test]
fn a_server_that_loses_its_primary_in_the_middle() {
    let story = Story::new(Options::new().config("replica-serve-stale-data no"));
    story.stops_and_is_resumed(
        |ward| ward.ask("REPLICAOF 127.0.0.1 1"),
        |ward| ward.ask("REPLICAOF NO ONE"),
        &[
            "waiting: ",
            WAITED,
            "the server is a replica",
            "connect to its primary",
        ],
    );
}

#[test]
fn a_server_that_misses_its_replicas_in_the_middle() {
    let story = Story::new(Options::new());
    story.stops_and_is_resumed(
        |ward| ward.ask("CONFIG SET min-replicas-to-write 1"),
        |ward| ward.ask("CONFIG SET min-replicas-to-write 0"),
        &["waiting: ", WAITED, "NOREPLICAS", "min-replicas-to-write"],
    );
}

#[test]
fn a_server_whose_memory_is_full_in_the_middle() {
    for guard in ["watch", "lua"] {
        let story = Story::new(Options::new());
        let manifest = story.stage.manifest(IMPATIENT);
        story.place.write(
            &manifest.replace("guard: auto", &format!("guard: {guard}")),
            COUNT,
        );
        story.stops_and_is_resumed(
            |ward| ward.ask("CONFIG SET maxmemory 1"),
            |ward| ward.ask("CONFIG SET maxmemory 0"),
            &["waiting: ", WAITED, "OOM", "raise maxmemory or free some"],
        );
    }
}

#[test]
fn a_server_that_has_no_connection_left_in_the_middle() {
    let story = Story::new(Options::new());
    story.stops_and_is_resumed(
        |ward| {
            ward.ask("CONFIG SET maxclients 1");
            ward.ask("CLIENT KILL TYPE normal");
        },
        |ward| ward.ask("CONFIG SET maxclients 100"),
        // The server says why once and closes; between two proxied connections that word may be lost.
        &["waiting: ", WAITED, "connecting to redis://"],
    );
}

#[test]
fn a_server_that_is_busy_in_the_middle() {
    let story = Story::new(Options::new().config("lua-time-limit 10"));
    story.stops_and_is_resumed(
        Ward::keep_busy,
        |ward| ward.ask("SCRIPT KILL"),
        &["waiting: ", WAITED, "BUSY", "SCRIPT KILL"],
    );
}

#[test]
fn a_server_that_restarts_in_the_middle_and_takes_long_to_load() {
    let story = Story::new(slow_to_load());
    story.stops_and_is_resumed(
        |ward| {
            ward.ask("SAVE");
            ward.load_slowly();
        },
        |ward| connect(ward.server).expect("it listens").load_fast(),
        &["waiting: ", WAITED, "LOADING", "reading its data from disk"],
    );
}

#[test]
fn a_password_that_is_changed_in_the_middle() {
    let story = Story::new(Options::new().password("old"));
    let answer = story.disturbed(|ward| {
        ward.ask("CONFIG SET requirepass new");
        ward.ask("CLIENT KILL TYPE normal");
    });
    answer.says(
        STOPPED,
        &["WRONGPASS", "password do not match", "remold resume"],
    );
    answer.never_says(&[":old@", ":new@"]);
    story
        .resume(&story.url())
        .says(REFUSED, &["WRONGPASS", "password do not match"]);
    let url = story.url().replace(":old@", ":new@");
    story.resume(&url).says(SUCCESS, &["Completed count"]);
    story.ward.ask("CONFIG SET requirepass old");
    story.has_ended_well();
}

#[test]
fn a_permission_that_is_taken_away_in_the_middle() {
    let mut story = Story::new(Options::new());
    // One connection, so that no transaction is open on another one.
    let manifest = story.stage.manifest(IMPATIENT);
    story
        .place
        .write(&manifest.replace("parallelism: 4", "parallelism: 1"), COUNT);
    story.moment = |request| request.is("WATCH") && request.mentions(b"user:");
    story.stops_and_is_resumed(
        |ward| ward.ask("ACL SETUSER default -restore"),
        |ward| ward.ask("ACL SETUSER default +restore"),
        &["NOPERM", "ACL SETUSER default +restore"],
    );
}

#[test]
fn a_pause_that_is_shorter_than_the_patience_is_sat_out() {
    let story = Story::new(Options::new());
    story.place.write(&story.stage.manifest(""), COUNT);
    let answer = story.disturbed(|ward| ward.ask("CLIENT PAUSE 200 WRITE"));
    answer.says(SUCCESS, &["Completed count"]);
    story.has_ended_well();
}

#[test]
fn scripts_that_the_server_forgets_are_sent_again() {
    let story = Story::new(Options::new());
    let manifest = story
        .stage
        .manifest("")
        .replace("guard: auto", "guard: lua");
    story.place.write(&manifest, COUNT);
    let answer = story.disturbed(|ward| ward.ask("SCRIPT FLUSH"));
    answer
        .says(SUCCESS, &["Completed count"])
        .never_says(&["waiting", "NOSCRIPT"]);
    story.has_ended_well();
}

#[test]
fn a_node_of_a_cluster_is_refused() {
    let options = Options::new().config("cluster-enabled yes").databases(1);
    let server = Server::start(ServerVersion::Redis7_0, options);
    let place = Place::new(&Stage::new(ServerVersion::Redis7_0, 0).manifest(""), COUNT);
    let answer = place.run_at(&server.url());
    answer.says(
        REFUSED,
        &[
            "the server is a node of a cluster",
            "Redis Cluster is not supported",
        ],
    );
}

#[test]
fn a_password_that_is_wrong_or_missing() {
    let server = Server::start(ServerVersion::Redis7_0, Options::new().password("right"));
    let place = Place::new(&Stage::new(ServerVersion::Redis7_0, 0).manifest(""), COUNT);
    let wrong = server.url().replace(":right@", ":wrong@");
    let answer = place.run_at(&wrong);
    answer
        .says(REFUSED, &["WRONGPASS", "the given password do not match"])
        .never_says(&[":wrong@"]);
    let none = server.url().replace(":right@", "");
    place
        .run_at(&none)
        .says(REFUSED, &["NOAUTH", "the server wants a password"]);
    let open = Server::shared(ServerVersion::Redis7_0)
        .url()
        .replace("redis://", "redis://:some@");
    place
        .run_at(&open)
        .says(REFUSED, &["the server has no password: leave it out"]);
}
