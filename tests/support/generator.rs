//! Keys of every type in every encoding that a server can be brought to.
//!
//! A [`Shape`] is one way to build a value, with the type and the encoding that the server then reports. The values
//! are the same on every run: they are drawn from the number of the key.

mod collections;
mod hashes;
mod source;
mod streams;
mod texts;

use redis::{Cmd, Connection, cmd, pipe};

use source::Source;

use super::{Options, ServerVersion};

/// Every third key expires, at this time (in the year 2100) plus its number in seconds. Unix milliseconds.
const EXPIRY: u64 = 4_102_444_800_000;

/// One way to build a value.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What it is called in keys: `hash-table`.
    pub name: &'static str,
    /// What `TYPE` says.
    pub kind: &'static str,
    /// What `OBJECT ENCODING` says.
    pub encoding: &'static str,
    build: fn(&str, &mut Source) -> Vec<Cmd>,
}

impl Shape {
    /// What a server of this version reaches with its default settings. Every hash has a field `counter` of 0.
    pub fn all(version: ServerVersion) -> Vec<Self> {
        let names = Encodings::of(version);
        let mut shapes = texts::shapes();
        shapes.extend(hashes::shapes(version, names));
        shapes.extend(collections::shapes(names));
        shapes.extend(streams::shapes(version));
        if version == ServerVersion::Redis8_2 {
            shapes.push(VECTORS);
        }
        shapes
    }

    /// Those of [`Shape::all`] whose values are under 2 KB: every type is among them, and a million keys fit anywhere.
    pub fn small(version: ServerVersion) -> Vec<Self> {
        let mut shapes = Self::all(version);
        shapes.retain(|shape| {
            let commands = shape.commands("key", 0);
            let sent = commands
                .iter()
                .map(|command| command.get_packed_command().len());
            sent.sum::<usize>() < 2000
        });
        shapes
    }

    /// What a server reaches when it was started with [`Shape::wide_options`]: large entries in compact forms,
    /// compressed lists, lists with nodes of one large element, and the type of the module that comes with it.
    pub fn wide(version: ServerVersion) -> Vec<Self> {
        let names = Encodings::of(version);
        let mut shapes = hashes::wide(names);
        shapes.extend(collections::wide(version, names));
        if version.module().is_some() {
            shapes.push(Self {
                name: "module",
                kind: "graphdata",
                encoding: "raw",
                build: |key, source| {
                    let query = format!(
                        "CREATE (:person {{name: '{}', age: 7}})-[:knows]->(:person)",
                        source.word(12)
                    );
                    vec![cmd("GRAPH.QUERY").arg(key).arg(query).to_owned()]
                },
            });
        }
        shapes
    }

    /// Settings under which [`Shape::wide`] holds.
    pub fn wide_options(version: ServerVersion) -> Options {
        let mut options = Options::new().config("list-compress-depth 1");
        for name in ["hash-max-ziplist-value", "zset-max-ziplist-value"] {
            options = options.config(&format!("{name} 100000"));
        }
        if Encodings::of(version).small_set != "hashtable" {
            options = options.config("set-max-listpack-value 100000");
        }
        if version.module().is_some() {
            options.module()
        } else {
            options
        }
    }

    /// The commands that build the value of a key.
    pub fn commands(&self, key: &str, number: u64) -> Vec<Cmd> {
        (self.build)(key, &mut Source::new(number))
    }
}

/// A built-in type that is written like that of a module.
const VECTORS: Shape = Shape {
    name: "vectors",
    kind: "vectorset",
    encoding: "raw",
    build: |key, source| {
        let add = |word: &str, x: u64| {
            cmd("VADD")
                .arg(key)
                .arg(&["VALUES", "2"])
                .arg(x)
                .arg(1)
                .arg(word)
                .to_owned()
        };
        vec![
            add(&source.word(5), source.below(100)),
            add(&source.word(5), source.below(100)),
        ]
    },
};

/// What versions call their compact encodings.
#[derive(Clone, Copy)]
struct Encodings {
    compact: &'static str,
    small_set: &'static str,
    small_list: &'static str,
}

impl Encodings {
    fn of(version: ServerVersion) -> Self {
        match version {
            ServerVersion::Redis6_2 => Self {
                compact: "ziplist",
                small_set: "hashtable",
                small_list: "quicklist",
            },
            ServerVersion::Redis7_0 => Self {
                compact: "listpack",
                small_set: "hashtable",
                small_list: "quicklist",
            },
            ServerVersion::Redis8_2 | ServerVersion::Valkey8 => Self {
                compact: "listpack",
                small_set: "listpack",
                small_list: "listpack",
            },
        }
    }
}

/// Makes `count` keys, the shapes taken in turn, and returns their names: `PREFIX` `shape` `:` `number`.
pub fn populate(
    connection: &mut Connection,
    shapes: &[Shape],
    prefix: &str,
    count: u64,
) -> Vec<String> {
    const BATCH: usize = 100;
    let mut keys = Vec::new();
    let mut pipeline = pipe();
    for (number, shape) in (0..count).zip(shapes.iter().cycle()) {
        let key = format!("{prefix}{}:{number}", shape.name);
        for command in shape.commands(&key, number) {
            pipeline.add_command(command).ignore();
        }
        if number % 3 == 2 {
            pipeline
                .cmd("PEXPIREAT")
                .arg(&key)
                .arg(EXPIRY + number * 1000)
                .ignore();
        }
        keys.push(key);
        if keys.len().is_multiple_of(BATCH) {
            pipeline
                .exec(connection)
                .expect("the commands of a shape are valid");
            pipeline.clear();
        }
    }
    if !keys.len().is_multiple_of(BATCH) {
        pipeline
            .exec(connection)
            .expect("the commands of a shape are valid");
    }
    keys
}
