//! A server that cannot write its snapshot any more refuses writes. Our own disks are in `bad_input/journals.rs`.

use redis::cmd;
use remold_tests::{Options, wait_for};

use crate::bad_input::servers::{Story, WAITED, Ward};

fn snapshot(ward: &Ward, ends_with: &str) {
    ward.ask("BGSAVE");
    wait_for("the snapshot to end", || {
        let info: String = cmd("INFO")
            .arg("persistence")
            .query(&mut ward.server.connection())
            .expect("INFO");
        let ended = info.contains("rdb_bgsave_in_progress:0");
        (ended && info.contains(ends_with)).then_some(())
    });
}

#[test]
fn a_server_whose_snapshots_fail_in_the_middle() {
    let options = Options::new()
        .snapshots()
        .config("enable-protected-configs yes");
    let story = Story::new(options);
    let home = story.stage.server.folder().to_path_buf();
    let lost = home.join("lost");
    std::fs::create_dir(&lost).expect("a new folder");
    story.stops_and_is_resumed(
        move |ward| {
            // The folder for snapshots goes away under the server.
            ward.ask(&format!("CONFIG SET dir {}", lost.display()));
            std::fs::remove_dir(&lost).expect("it is empty");
            snapshot(ward, "rdb_last_bgsave_status:err");
        },
        move |ward| {
            ward.ask(&format!("CONFIG SET dir {}", home.display()));
            snapshot(ward, "rdb_last_bgsave_status:ok");
        },
        &[
            "waiting: ",
            WAITED,
            "MISCONF",
            "the server cannot write its snapshot: look at its log and disk",
        ],
    );
}
