//! What a share must not touch: a key that another share selects. And what cannot be shared at all.

use redis::cmd;
use remold::Share;
use remold_tests::start_remold as start;

use super::{COUNT, Field, answer_of};
use crate::bad_input::{REFUSED, REJECTS, USAGE};

/// Moves every key to a name that the selection matches too, and counts.
const MOVE: &str = r#"
fn migrate(rec) {
    rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1);
    rec.rename("user:moved-" + rec.hash.get("id"));
}
"#;

#[test]
fn a_key_that_another_share_would_migrate_again_is_not_made() {
    let field = Field::with(200, "  policy: { maxRejected: 100% }\n", MOVE);
    let workers = ["0/2", "1/2"].map(|share| field.worker(share));
    for worker in workers {
        answer_of(worker).says(
            REJECTS,
            &[
                "foreign-share",
                "which is selected and belongs to share",
                "run the migration with one worker",
            ],
        );
    }
    let mut connection = field.stage.connection();
    let mut get = |key: &str| -> Option<u32> {
        cmd("HGET")
            .arg(key)
            .arg("runs")
            .query(&mut connection)
            .expect("a hash or nothing")
    };
    let mut moved = 0;
    for id in 0..200 {
        let (old, new) = (format!("user:{id}"), format!("user:moved-{id}"));
        let stays = Share::of_key(old.as_bytes(), 2) == Share::of_key(new.as_bytes(), 2);
        // In the same share it is moved and counted once; else it is as it was.
        let expected = if stays { Some(1) } else { None };
        assert_eq!((get(&old), get(&new)), (None, expected), "{id}");
        moved += u32::from(stays);
    }
    assert!((50..150).contains(&moved), "{moved}");
}

#[test]
fn what_cannot_be_shared_is_refused_in_words() {
    let field = Field::with(5, "", "fn run() { }");
    answer_of(field.worker("0/2")).says(
        REFUSED,
        &[
            "the transform is a program",
            "run it with one worker, without --share",
        ],
    );
    let field = Field::with(5, "", COUNT);
    let (manifest, journals, url) = (field.manifest(), field.place.journals(), field.stage.url());
    let run = [
        "run",
        &manifest,
        "--journal",
        &journals,
        "--yes",
        "--target",
    ];
    let with =
        |target: &str, more: &[&str]| answer_of(start(&[&run[..], &[target], more].concat()));
    with(&url, &["--share", "0/2"]).says(
        REFUSED,
        &[
            "the shares of a run have to know its id",
            "choose one by --run",
        ],
    );
    for bad in ["2/2", "0", "a/b", "0/0"] {
        with(&url, &["--run", "r", "--share", bad])
            .says(USAGE, &["expected a share I/N such as 0/3"]);
    }
    for bad in ["r-0-of-3", &"r".repeat(91)] {
        with(&url, &["--run", bad]).says(REFUSED, &["no run can have this id"]);
    }
    let file = field.place.path("dump.rdb");
    with(&file, &["--run", "r", "--share", "0/2"]).says(USAGE, &["cannot be chosen for a file"]);
    assert!(field.counts().iter().all(Option::is_none));
}
