//! A journal that cannot be written: nothing reaches the server that is not in it.

use std::path::Path;
use std::process::{Command, Stdio};

use redis::{cmd, pipe};

use super::{Answer, FAILED, Place, STOPPED, SUCCESS, hashes, remold};
use crate::stage::Stage;

#[test]
fn a_folder_that_cannot_be_written() {
    let stage = hashes(5);
    let before = stage.now();
    let place = Place::new(&stage.manifest(""), "fn migrate(rec) { rec.delete(); }");
    let (manifest, file) = (place.path("migration.yaml"), place.path("count.rhai"));
    for folder in ["/proc/none", &file, &format!("{file}/below")] {
        let url = stage.url();
        let answer = remold(&[
            "run",
            &manifest,
            "--target",
            &url,
            "--journal",
            folder,
            "--yes",
        ]);
        answer.says(
            FAILED,
            &[folder, "hint: ", "make room there, or mend the permissions"],
        );
        before.assert_same(&stage.now());
    }
    assert!(Path::new(&file).is_file(), "the script is still there");
}

const COUNT: &str =
    "fn migrate(rec) { rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1); }";

const KEYS: u32 = 200;

/// Runs it on a disk of its own, which is full before the run is at its end, and read-only after that; it
/// goes on when there is more room.
/// The shell's output is what both said.
const ON_A_SMALL_DISK: &str = r#"
    mkdir -p "$JOURNALS" && mount -t tmpfs -o size=128k none "$JOURNALS" || exit 99
    "$REMOLD" run "$MANIFEST" --target "$URL" --journal "$JOURNALS" --yes </dev/null
    echo "the first ended with $?"
    run=$(ls "$JOURNALS")
    "$REMOLD" resume "$run" --target "$URL" --journal "$JOURNALS" --yes </dev/null
    echo "the second ended with $?"
    mount -o remount,ro "$JOURNALS"
    "$REMOLD" resume "$run" --target "$URL" --journal "$JOURNALS" --yes </dev/null
    echo "the third ended with $?"
    mount -o remount,rw,size=64m "$JOURNALS"
    exec "$REMOLD" resume "$run" --target "$URL" --journal "$JOURNALS" --yes </dev/null
"#;

fn on_a_small_disk(stage: &Stage, place: &Place) -> Answer {
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK])
        .env("REMOLD", remold_tests::remold_binary())
        .env("MANIFEST", place.path("migration.yaml"))
        .env("JOURNALS", place.journals())
        .env("URL", stage.url())
        .stdin(Stdio::null())
        .output()
        .expect("unshare of util-linux is there");
    Answer {
        code: output.status.code(),
        text: remold_tests::said(&output),
    }
}

#[test]
fn a_disk_that_is_full_in_the_middle() {
    let stage = Stage::new(remold_tests::ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    let mut pipeline = pipe();
    let mut state = 1_u32;
    for id in 0..KEYS {
        // None that a journal could compress away.
        let text: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(2000)
        .collect();
        pipeline
            .cmd("HSET")
            .arg(format!("user:{id}"))
            .arg("text")
            .arg(text)
            .ignore();
    }
    let () = pipeline.query(&mut connection).expect("written");
    let place = Place::new(&stage.manifest(""), COUNT);
    let answer = on_a_small_disk(&stage, &place);
    let journals = place.journals();
    answer.says(
        SUCCESS,
        &[
            "the journal cannot be used",
            "every batch is applied whole or not at all",
            &journals,
            "No space left on device",
            "make room there, or mend the permissions",
            "remold resume",
            &format!("the first ended with {STOPPED}"),
            &format!("the second ended with {STOPPED}"),
            "Read-only file system",
            &format!("the third ended with {FAILED}"),
            "Completed count",
        ],
    );
    for id in 0..KEYS {
        let runs: Option<u32> = cmd("HGET")
            .arg(format!("user:{id}"))
            .arg("runs")
            .query(&mut connection)
            .expect("a hash");
        assert_eq!(runs, Some(1), "user:{id}:\n{}", answer.text);
    }
}
