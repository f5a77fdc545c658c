//! A folder for backups, and the command line over it.

use std::path::PathBuf;
use std::process::{Child, Output};

use redis::{Connection, cmd};
use remold_tests::{
    Options, Server, ServerVersion, Shape, Snapshot, populate, said, start_remold_with,
};
use serde_json::Value;

/// What the command line answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exit: i32,
    pub(crate) document: Value,
}

impl Answer {
    /// Reads what a process wrote with `--output json`.
    #[track_caller]
    pub(crate) fn of(output: &Output) -> Self {
        let document = serde_json::from_slice(&output.stdout);
        let document = document.unwrap_or_else(|error| panic!("{error}:\n{}", said(output)));
        Self {
            exit: output.status.code().expect("it was not killed"),
            document,
        }
    }

    /// Fails unless it was done as asked.
    #[track_caller]
    pub(crate) fn done(self) -> Value {
        assert_eq!(self.exit, 0, "{:#}", self.document);
        self.document
    }

    /// Fails unless it was not done: returns the error's code, message and hints.
    #[track_caller]
    pub(crate) fn refused(&self, exit: i32, code: &str) -> String {
        let error = &self.document["error"];
        assert_eq!(
            (self.exit, error["code"].as_str()),
            (exit, Some(code)),
            "{:#}",
            self.document
        );
        format!("{} {}", error["message"], error["hints"])
    }
}

/// A place for backups, and what has to be known to reach it.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) place: String,
    pub(crate) variables: Vec<(String, String)>,
}

impl House {
    /// A place in a folder.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = folder.path().join("backups").display().to_string();
        Self {
            folder,
            place,
            variables: Vec::new(),
        }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts `remold backup VERB` on the place.
    pub(crate) fn start(&self, verb: &str, arguments: &[&str]) -> Child {
        let mut all = vec!["backup", verb, "--output", "json", "--store", &self.place];
        all.extend(arguments);
        let variables = self.variables.iter();
        let variables: Vec<_> = variables
            .map(|(name, value)| (name.clone(), value.into()))
            .collect();
        start_remold_with(&all, &variables)
    }

    /// Carries out `remold backup VERB` on the place.
    #[track_caller]
    pub(crate) fn call(&self, verb: &str, arguments: &[&str]) -> Answer {
        let output = self.start(verb, arguments).wait_with_output();
        Answer::of(&output.expect("it ends"))
    }

    /// Lets four ask for the backup `one` of a server at once, and fails unless one of them made it and all have the same.
    #[track_caller]
    pub(crate) fn create_at_once(&self, source: &Server) {
        let url = source.url();
        let ask = || self.start("create", &["--name", "one", "--target", &url]);
        let asked: Vec<_> = (0..4).map(|_| ask()).collect();
        let answers: Vec<_> = asked
            .into_iter()
            .map(|child| Answer::of(&child.wait_with_output().expect("it ends")).done())
            .collect();
        let made = answers.iter().filter(|answer| answer["existed"] == false);
        assert_eq!(made.count(), 1, "{answers:#?}");
        for answer in &answers {
            assert_eq!(answer["backup"], answers[0]["backup"]);
        }
        self.call("verify", &["one"]).done();
    }

    /// Takes a backup of a server.
    #[track_caller]
    pub(crate) fn create(&self, name: &str, server: &Server) -> Value {
        self.call("create", &["--name", name, "--target", &server.url()])
            .done()
    }

    /// Restores a backup into a server.
    #[track_caller]
    pub(crate) fn restore(&self, name: &str, server: &Server) -> Value {
        self.call("restore", &[name, "--target", &server.url()])
            .done()
    }

    /// Returns names and states of what a list shows.
    #[track_caller]
    pub(crate) fn list(&self) -> Vec<(String, String)> {
        let listed = self.call("list", &[]).done();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let backups = listed["backups"].as_array().expect("a list").iter();
        backups
            .map(|backup| (text(&backup["name"]), text(&backup["state"])))
            .collect()
    }

    /// Changes a byte in the middle of a backup's data.
    pub(crate) fn spoil(&self, name: &str) {
        let folder = PathBuf::from(&self.place).join(name);
        let entries = std::fs::read_dir(folder).expect("it is a folder").flatten();
        let data = entries.map(|entry| entry.path());
        let data = data
            .into_iter()
            .find(|path| path.extension().is_some_and(|end| end == "rdb"));
        let path = data.expect("a backup has data");
        let mut bytes = std::fs::read(&path).expect("it can be read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x20;
        std::fs::write(&path, bytes).expect("it can be written");
    }
}

/// The databases that the tests put something into.
pub(crate) const DATABASES: [u32; 3] = [0, 3, 15];

/// Starts a server that sends its snapshots without delay.
pub(crate) fn server(version: ServerVersion) -> Server {
    Server::start(version, prompt())
}

/// Options of a server that sends its snapshots without delay.
pub(crate) fn prompt() -> Options {
    Options::new().config("repl-diskless-sync-delay 0")
}

/// Puts keys of every shape into several databases.
pub(crate) fn fill(server: &Server) {
    for database in DATABASES {
        let shapes = Shape::all(server.version());
        populate(
            &mut server.connection_to(database),
            &shapes,
            &format!("db{database}:"),
            120,
        );
    }
    if server.version().is_at_least_7_0() {
        let library =
            "#!lua name=counting\nredis.register_function('one', function() return 1 end)";
        run(&mut server.connection(), &["FUNCTION", "LOAD", library]);
    }
}

/// Sends a command.
#[track_caller]
pub(crate) fn run(connection: &mut Connection, words: &[&str]) {
    let done = cmd(words[0]).arg(&words[1..]).exec(connection);
    done.unwrap_or_else(|error| panic!("{words:?}: {error}"));
}

/// Fails if two servers differ in a database that was filled, or in their functions.
#[track_caller]
pub(crate) fn assert_same(one: &Server, other: &Server) {
    for database in DATABASES {
        let [one, other] =
            [one, other].map(|server| Snapshot::take(&mut server.connection_to(database)));
        assert!(!one.keys.is_empty());
        one.assert_same(&other);
    }
    if one.version().is_at_least_7_0() {
        let functions = |server: &Server| -> redis::Value {
            let mut connection = server.connection();
            let listed = cmd("FUNCTION")
                .arg("LIST")
                .arg("WITHCODE")
                .query(&mut connection);
            listed.expect("functions can be listed")
        };
        assert_eq!(functions(one), functions(other));
    }
}

/// Returns how many keys a server holds in all its databases.
pub(crate) fn keys(server: &Server) -> u64 {
    let info: redis::InfoDict = cmd("INFO")
        .arg("keyspace")
        .query(&mut server.connection())
        .expect("INFO");
    let count = |database: u32| {
        let text: Option<String> = info.get(&format!("db{database}"));
        let text = text.unwrap_or_default();
        let keys = text
            .strip_prefix("keys=")
            .and_then(|rest| rest.split(',').next()?.parse().ok());
        keys.unwrap_or(0)
    };
    (0..16).map(count).sum()
}
