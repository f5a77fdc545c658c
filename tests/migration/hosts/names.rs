//! Names that nobody would choose: empty, binary, a mebibyte long, and with what a terminal would obey.

use redis::{Connection, Value, cmd, pipe};
use remold_tests::{ServerVersion, Snapshot};

use crate::bad_input::{Place, REJECTS, SUCCESS, remold};
use crate::stage::{ALL, RESERVED, Stage};

const COUNT: &str = "fn migrate(rec) {
    if rec.kind == \"text\" { rec.bytes = rec.bytes + blob(1, 33); return; }
    rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1);
}";

const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: count }\nspec:\n  \
                        transform: { rhai: { file: count.rhai } }\n  strategy: { parallelism: 4, batchSize: 8 }\n  limits: { output: 4MiB }\n";

/// Names of keys and of fields.
fn names() -> Vec<Vec<u8>> {
    let all_bytes: Vec<u8> = (0..=255).collect();
    vec![
        b"".to_vec(),
        b"\0".to_vec(),
        b"\0\0".to_vec(),
        b" ".to_vec(),
        b"\r\n$3\r\nfoo\r\n".to_vec(),
        b"\x1b[2Jgone\x07".to_vec(),
        b"user:{\xff\xfe}".to_vec(),
        b"*".to_vec(),
        b"[a-z]?\\".to_vec(),
        "\u{202e}\u{0}née".as_bytes().to_vec(),
        all_bytes,
        vec![0xff; 1 << 20],
        vec![b'k'; (1 << 20) - 1],
    ]
}

/// A hash with every name as a field, but the long ones only in a hash of their own, and a text.
fn fill(connection: &mut Connection) -> Vec<Vec<u8>> {
    let names = names();
    let mut pipeline = pipe();
    for name in &names {
        for field in names.iter().filter(|field| field.len() < 1000) {
            pipeline
                .cmd("HSET")
                .arg(name)
                .arg(field)
                .arg(field)
                .ignore();
        }
        let text = [b"text:", &name[..]].concat();
        pipeline.cmd("SET").arg(text).arg(name).ignore();
    }
    let long = &names[names.len() - 2];
    pipeline
        .cmd("HSET")
        .arg("long fields")
        .arg(long)
        .arg(long)
        .ignore();
    pipeline.exec(connection).expect("written");
    names
}

#[test]
fn keys_and_fields_of_any_name_are_migrated_once_and_rolled_back() {
    for version in ALL {
        let stage = Stage::new(version, 0);
        let mut connection = stage.connection();
        let names = fill(&mut connection);
        let before = stage.now();
        let place = Place::new(MANIFEST, COUNT);
        let manifest = place.path("migration.yaml");
        let dry = remold(&["dry-run", &manifest, "--target", &stage.url()]);
        dry.says(SUCCESS, &["Dry run of count"]);
        obeyed_by_no_terminal(&dry.text);
        before.assert_same(&stage.now());
        place
            .run_at(&stage.url())
            .says(SUCCESS, &["Completed count"]);
        for name in &names {
            let runs: Option<u32> = cmd("HGET")
                .arg(name)
                .arg("runs")
                .query(&mut connection)
                .expect("a hash");
            assert_eq!(runs, Some(1), "{version}: {}", name.escape_ascii());
            let text = [b"text:", &name[..]].concat();
            let text: Vec<u8> = cmd("GET").arg(text).query(&mut connection).expect("a text");
            assert_eq!(text, [&name[..], b"!"].concat(), "{version}");
        }
        let journals = place.journals();
        let run = Stage::only_run_in(journals.as_ref());
        let with = ["--target", &stage.url(), "--journal", &journals];
        let verified = remold(&[&["verify", run.as_str()][..], &with].concat());
        verified.says(SUCCESS, &["Verified"]);
        let back = remold(&[&["rollback", run.as_str()][..], &with, &["--yes"]].concat());
        back.says(SUCCESS, &["Rolled back count"]);
        before.assert_same(&stage.now());
    }
}

/// Says whether a text has nothing in it that moves a cursor, rings a bell or turns lines round.
#[track_caller]
fn obeyed_by_no_terminal(text: &str) {
    let odd = |letter: char| {
        (letter.is_control() && letter != '\n') || ('\u{202a}'..='\u{202e}').contains(&letter)
    };
    let found = text
        .find(odd)
        .map(|at| text[at..].chars().take(40).collect::<String>());
    assert_eq!(found, None);
    let longest = text.lines().map(str::len).max().unwrap_or_default();
    assert!(longest < 2000, "a line has {longest} bytes");
}

#[test]
fn rejected_keys_of_any_name_are_told_of_readably() {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    fill(&mut connection);
    let script = "fn migrate(rec) { return reject(\"no\", \"not this\"); }";
    let lenient = MANIFEST.to_owned() + "  policy: { maxRejected: 100 }\n";
    let place = Place::new(&lenient, script);
    let before = stage.now();
    let answer = place.run_at(&stage.url());
    answer.says(REJECTS, &["no: "]);
    obeyed_by_no_terminal(&answer.text);
    before.assert_same(&stage.now());
    let json = place.run_with(&stage.url(), &["--again", "--output", "json"]);
    assert_eq!(json.code, Some(REJECTS), "{}", json.text);
    // Programs get whole names.
    assert!(json.text.contains(&"k".repeat((1 << 20) - 1)));
    assert!(
        !json
            .text
            .contains(|letter: char| letter.is_control() && letter != '\n')
    );
}

#[test]
fn an_empty_name_is_not_a_name_for_all() {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    fill(&mut connection);
    let script = "fn migrate(rec) { if rec.key_bytes.len() == 0 { rec.delete(); } else { return skip(\"other\"); } }";
    let place = Place::new(MANIFEST, script);
    let before = stage.now();
    place
        .run_at(&stage.url())
        .says(SUCCESS, &["Completed count"]);
    let now = Snapshot::take(&mut connection).without_prefix(RESERVED);
    assert_eq!(now.keys.len() + 1, before.keys.len());
    let gone: Value = cmd("EXISTS")
        .arg("")
        .query(&mut connection)
        .expect("it answers");
    assert_eq!(gone, Value::Int(0));
}
