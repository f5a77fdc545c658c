//! A primary that becomes a replica in the middle of a run: nothing more is written to it, and what goes on elsewhere
//! goes on from what has arrived there.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use redis::{Connection, Value, cmd};
use remold_tests::{Options, Server, ServerVersion, wait_for};

use super::keys_on;
use crate::bad_input::servers::{Story, WAITED, Ward, is_receipt, without_groups};
use crate::bad_input::{REFUSED, STOPPED, SUCCESS, USAGE};

fn ask(connection: &mut Connection, words: &str) -> Value {
    let mut words = words.split(' ');
    let mut asked = cmd(words.next().unwrap_or_default());
    asked.arg(words.collect::<Vec<_>>());
    asked.query(connection).expect("it is answered")
}

/// A field of what a server says of its replication; nothing while it cannot be asked, as a Sentinel cuts all
/// connections of a server whose role it changes.
fn info(server: &Server, field: &str) -> String {
    let asked = || -> redis::RedisResult<String> {
        let url = format!("redis+unix://{}", server.socket().display());
        let mut connection = redis::Client::open(url)?.get_connection()?;
        cmd("INFO").arg("replication").query(&mut connection)
    };
    let text = asked().unwrap_or_default();
    let found = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    found.unwrap_or_default().to_owned()
}

/// A replica of a server, that has all of it.
fn replica_of(primary: &Server) -> &'static Server {
    let replica: &'static Server = Box::leak(Box::new(Server::start(
        primary.version(),
        Options::new().config("repl-diskless-load disabled"),
    )));
    follow(replica, primary);
    replica
}

fn follow(replica: &Server, primary: &Server) {
    let command = format!("REPLICAOF 127.0.0.1 {}", primary.port());
    ask(&mut replica.connection(), &command);
    wait_for("the replica to have everything", || {
        (info(replica, "master_link_status") == "up").then_some(())
    });
}

fn wait_until_in_step(replica: &Server, primary: &Server) {
    wait_for("the replica to have the newest writes", || {
        let offset = info(primary, "master_repl_offset");
        (info(replica, "master_repl_offset") == offset).then_some(())
    });
}

/// A primary with a replica, and a run on the primary through a proxy.
fn story_with_replica() -> (Story, &'static Server) {
    let story = Story::new(Options::new().config("repl-diskless-sync-delay 0"));
    let replica = replica_of(story.stage.server);
    (story, replica)
}

#[test]
fn a_planned_failover_stops_the_run_which_is_resumed_at_the_new_primary() {
    let (story, replica) = story_with_replica();
    let primary = story.stage.server;
    let answer = story.disturbed(move |ward| {
        let to = format!("FAILOVER TO 127.0.0.1 {}", replica.port());
        ward.ask(&to);
        wait_for("the failover", || {
            (info(replica, "role") == "master" && info(primary, "master_link_status") == "up")
                .then_some(())
        });
    });
    let there = format!("connect to its primary, 127.0.0.1:{}", replica.port());
    answer.says(
        STOPPED,
        &["waiting: ", WAITED, "the server is a replica", &there],
    );
    answer.says(
        STOPPED,
        &[
            "every batch is applied whole or not at all",
            "remold resume count-",
        ],
    );
    let so_far = keys_on(replica, 0);
    assert_ne!(
        so_far,
        without_groups(story.expected.clone()),
        "it stopped in its middle"
    );

    // At the old address it goes on only when that is a primary again.
    story
        .resume(&story.url())
        .says(REFUSED, &["the server is a replica", &there]);
    so_far.assert_same(&keys_on(replica, 0));
    story
        .resume(&replica.url())
        .says(SUCCESS, &["Completed count"]);
    without_groups(story.expected.clone()).assert_same(&keys_on(replica, 0));
    wait_until_in_step(primary, replica);
    story.has_ended_well();
}

#[test]
fn writes_that_never_reached_the_new_primary_are_made_again_there() {
    let (story, replica) = story_with_replica();
    let seen = Mutex::new(0);
    // The replica is cut off after two batches; the run writes on where nobody will look again.
    let primary = story.stage.server;
    story.proxy.add(remold_tests::Rule::every(
        remold_tests::Action::Count,
        move |request| {
            if is_receipt(request) {
                let mut seen = seen.lock().expect("nobody panics");
                *seen += 1;
                match *seen {
                    3 => drop(ask(&mut replica.connection(), "REPLICAOF NO ONE")),
                    8 => primary.kill(),
                    _ => {}
                }
            }
            false
        },
    ));
    let answer = story.place.run_at(&story.url());
    answer.says(
        STOPPED,
        &[
            WAITED,
            "the server closed the connection",
            "remold resume count-",
        ],
    );
    let resumed = story.resume(&replica.url());
    resumed.says(SUCCESS, &["Completed count"]);
    without_groups(story.expected.clone()).assert_same(&keys_on(replica, 0));
}

/// A name that leads to a server, and later to another.
struct Name(PathBuf);

impl Name {
    fn of(server: &Server) -> Self {
        let path = server.folder().join("current.sock");
        std::os::unix::fs::symlink(server.socket(), &path).expect("a new name");
        Self(path)
    }

    fn leads_to(&self, server: &Server) {
        let new = self.0.with_extension("new");
        std::os::unix::fs::symlink(server.socket(), &new).expect("a new name");
        std::fs::rename(new, &self.0).expect("in the same folder");
    }

    fn url(&self) -> String {
        format!("redis+unix://{}?db=0", self.0.display())
    }
}

#[test]
fn a_name_that_leads_to_the_new_primary_is_followed_within_the_run() {
    let (story, replica) = story_with_replica();
    let primary = story.stage.server;
    let name = Arc::new(Name::of(primary));
    let begun = Arc::clone(&name);
    // Over the name the proxy sees nothing: the moment is when the server has taken some batches.
    story.place.write(
        &story
            .stage
            .manifest("  policy: { retry: { maxElapsed: 30s } }\n")
            .replace(
                "batchSize: 8,",
                "batchSize: 8, throttle: { keysPerSecond: 40 },",
            ),
        crate::stage::COUNT,
    );
    let failover = std::thread::spawn(move || {
        let mut there = replica.connection();
        wait_for("receipts at the replica", || {
            let keys: Vec<String> = cmd("KEYS")
                .arg("__remold:*receipts")
                .query(&mut there)
                .expect("KEYS");
            (!keys.is_empty()).then_some(())
        });
        ask(
            &mut primary.connection(),
            &format!("FAILOVER TO 127.0.0.1 {}", replica.port()),
        );
        wait_for("the failover", || {
            (info(replica, "role") == "master").then_some(())
        });
        begun.leads_to(replica);
    });
    let answer = story.place.run_at(&name.url());
    failover.join().expect("it fails over");
    answer.says(SUCCESS, &["waiting: ", "Completed count"]);
    without_groups(story.expected.clone()).assert_same(&keys_on(replica, 0));
}

#[test]
fn a_sentinel_that_fails_over_ends_the_run_with_words_and_a_resume_finishes_it() {
    let (story, replica) = story_with_replica();
    let primary = story.stage.server;
    let monitor = format!("sentinel monitor ours 127.0.0.1 {} 1", primary.port());
    let sentinel: &'static Server = Box::leak(Box::new(Server::start(
        ServerVersion::Redis7_0,
        Options::new()
            .sentinel()
            .config(&monitor)
            .config("sentinel down-after-milliseconds ours 200")
            .config("sentinel failover-timeout ours 2000"),
    )));
    let impatient = "SENTINEL DEBUG INFO-PERIOD 100 PUBLISH-PERIOD 100 PING-PERIOD 50";
    ask(&mut sentinel.connection(), impatient);
    wait_for("the Sentinel to know the replica", || {
        let known = ask(&mut sentinel.connection(), "SENTINEL REPLICAS ours");
        matches!(known, Value::Array(replicas) if !replicas.is_empty()).then_some(())
    });
    let sentinels = format!("redis-sentinel://127.0.0.1:{}/ours", sentinel.port());
    story.place.run_at(&sentinels).says(
        USAGE,
        &[
            "names Sentinels",
            "the address of the primary",
            "GET-MASTER-ADDR-BY-NAME",
        ],
    );
    story.place.run_at(&sentinel.url()).says(
        REFUSED,
        &["this is a Sentinel", "SENTINEL GET-MASTER-ADDR-BY-NAME"],
    );

    // A replica that is promoted knows the run only if the run's beginning has reached it.
    let answer = story.disturbed(move |ward: &Ward| {
        wait_until_in_step(replica, ward.server);
        ward.server.kill();
    });
    answer.says(
        STOPPED,
        &[
            "waiting: ",
            WAITED,
            "the server closed the connection",
            "remold resume count-",
        ],
    );
    wait_for("the Sentinel to promote the replica", || {
        let asked = "SENTINEL GET-MASTER-ADDR-BY-NAME ours";
        let address: Vec<String> =
            redis::from_redis_value(ask(&mut sentinel.connection(), asked)).expect("an address");
        (address[1] == replica.port().to_string() && info(replica, "role") == "master")
            .then_some(())
    });
    // The old primary comes back and is made a replica.
    primary.restart();
    wait_for("the Sentinel to degrade the old primary", || {
        (info(primary, "role") == "slave").then_some(())
    });
    let there = format!("connect to its primary, 127.0.0.1:{}", replica.port());
    story
        .resume(&story.url())
        .says(REFUSED, &["the server is a replica", &there]);
    story
        .resume(&replica.url())
        .says(SUCCESS, &["Completed count"]);
    without_groups(story.expected.clone()).assert_same(&keys_on(replica, 0));
    wait_for("the old primary to follow", || {
        (info(primary, "master_link_status") == "up").then_some(())
    });
    wait_until_in_step(primary, replica);
    story.has_ended_well();
}
