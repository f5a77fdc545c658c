//! Looking at a live server's keys: schemas proposed for them, and keys held against registered versions.

use redis::{Connection, cmd};
use remold::schema::infer::Options;
use remold::{Browsed, Control, RedisOptions, Silent, Survey, Target};
use remold_tests::{Server, ServerVersion, Trace, said, start_remold};

/// Keys of three subjects, enough of them that a server lists them in many steps; some of a run's bookkeeping; one that is too
/// large.
fn fill(app: &mut Connection) {
    let mut pipe = redis::pipe();
    for n in 0..3000 {
        let name = format!("user {n}");
        let user = [("name", name.as_str()), ("age", "36")];
        pipe.hset_multiple(format!("user:{n}"), &user).ignore();
        pipe.set_ex(format!("session:{n:08x}f"), r#"{"user":1}"#, 3600)
            .ignore();
        pipe.rpush(format!("queue:{{{n}}}:jobs"), n).ignore();
    }
    pipe.set("large", "x".repeat(100_000)).ignore();
    pipe.set("__remold:something", "of a run").ignore();
    let () = pipe.query(app).expect("the server takes it");
}

fn target(url: &str) -> Target {
    Target::Redis(Box::new(
        RedisOptions::parse_url(url).expect("a server's URL"),
    ))
}

fn infer(target: &Target, survey: &Survey) -> (Vec<(String, u64)>, Browsed) {
    let (inferred, browsed) =
        remold::infer(target, survey, Options::default(), &Control::new(), &Silent)
            .expect("the server answers");
    let mut found: Vec<(String, u64)> = inferred
        .proposals
        .iter()
        .map(|proposal| (proposal.pattern.to_string(), proposal.records))
        .collect();
    found.sort();
    (found, browsed)
}

#[test]
fn schemas_are_proposed_for_all_keys_or_a_sample_and_nothing_is_written() {
    for version in ServerVersion::ALL {
        let server = Server::start(version, remold_tests::Options::new());
        let mut app = server.connection();
        fill(&mut app);
        let keys: u64 = cmd("DBSIZE").query(&mut app).expect("the server answers");
        Trace::forget(&server);
        let before = Trace::of(&server);
        let target = target(&server.url());
        let all = Survey {
            max_bytes: 50_000,
            ..Survey::default()
        };
        let (found, browsed) = infer(&target, &all);
        let expected = [
            ("queue:{{{id:integer}}}:jobs", 3000),
            ("session:{id:hex}", 3000),
            ("user:{id:integer}", 3000),
        ];
        let expected = expected.map(|(pattern, keys)| (pattern.to_owned(), keys));
        assert_eq!(found, expected, "{version}");
        assert_eq!(
            (browsed.listed, browsed.seen),
            (keys - 1, 9000),
            "{version}"
        );
        assert_eq!(
            (browsed.too_large.count, &browsed.too_large.examples[..]),
            (1, &["large".to_owned()][..]),
            "{version}"
        );
        let sample = Survey {
            sample: Some(600),
            ..all
        };
        let (found, browsed) = infer(&target, &sample);
        let seen = browsed.seen + browsed.too_large.count;
        assert_eq!((browsed.listed, seen), (keys - 1, 600), "{version}");
        assert!(
            found.iter().all(|(_, keys)| (120..280).contains(keys)),
            "{version}: {found:?}"
        );
        assert_eq!(infer(&target, &sample).0, found, "{version}");
        assert_eq!(Trace::of(&server), before, "{version}");
    }
}

#[test]
fn drift_is_announced_and_the_next_look_tells_what_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    for (version, required) in [("1.0.0", "[name]"), ("2.0.0", "[first, last]")] {
        let document = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\nspec:\n  subject: user\n  version: {version}\n  keys: \"user:{{id:integer}}\"\n  type: hash\n  schema: {{ type: object, required: {required} }}\n"
        );
        std::fs::write(folder.path().join(format!("{version}.yaml")), document).expect("a file");
    }
    let registry = folder.path().display().to_string();
    let server = Server::shared(ServerVersion::Redis7_0);
    let database = server.fresh_database();
    let mut app = database.connection();
    fill(&mut app);
    let url = database.url();
    let drift = |more: &[&str]| {
        let mut arguments = vec![
            "schema",
            "drift",
            "--registry",
            &registry,
            "--target",
            &url,
            "--output",
            "json",
        ];
        arguments.extend(more);
        let output = start_remold(&arguments)
            .wait_with_output()
            .expect("it ends by itself");
        let json: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        (output.status.code().expect("it exits by itself"), json)
    };
    let (code, json) = drift(&["user", "--announce"]);
    assert_eq!(
        (code, &json["announced"], &json["since"]),
        (0, &true.into(), &serde_json::Value::Null)
    );
    assert_eq!(json["subjects"][0]["versions"]["1.0.0"], 3000);
    for n in 0..300 {
        let () = cmd("HDEL")
            .arg(format!("user:{n}"))
            .arg("name")
            .query(&mut app)
            .expect("the server answers");
    }
    let (code, json) = drift(&[]);
    assert_eq!((code, &json["findings"]), (4, &true.into()));
    assert_eq!(json["since"], "changes");
    assert_eq!(json["subjects"][0]["invalid"][0]["keys"], 300);
    assert_eq!(json["foreign"]["keys"], 6001);
    assert_eq!(
        json["trend"],
        serde_json::json!([
            {"subject": "user", "what": "1.0.0", "before": 1_000_000, "after": 900_000, "isNew": false},
            {"subject": "user", "what": "invalid", "before": 0, "after": 100_000, "isNew": true},
        ])
    );
}
