//! A program over `user:*` that calls every function. The text at `user:3` says how it is to end.

#[cfg(test)]
mod tests;

use remold_transform::backup;
use remold_transform::keyspace::{self, Applied, Held};
use remold_transform::{Code, Kind, Result, Value, fail, reject, skip};

remold_transform::export!(run);

pub fn run() -> Result {
    assert_eq!(keyspace::resumed_from(), None);
    let mut keys: Vec<Vec<u8>> = keyspace::scan("user:*", Kind::Hash).collect::<Result<_, _>>()?;
    keys.sort();
    assert_eq!(keys, [b"user:1", b"user:2"]);
    let mut pages = keyspace::scan("user:*", None);
    let mut listed = 0;
    while let Some(page) = pages.next_page()? {
        listed += page.len();
    }
    assert_eq!(listed, 3);
    // The stand-in grants everything.
    if cfg!(target_arch = "wasm32") {
        let refusal = keyspace::get(&["secret:1"]).expect_err("it is not granted");
        assert_eq!(refusal.code, Code::Denied);
        let refusal = backup::create("before").expect_err("it is not granted");
        assert_eq!(refusal.code, Code::Denied);
    }

    let held = keyspace::get(&["user:1", "user:2", "user:3", "user:none"])?;
    assert!(held[3].is_none());
    let held: Vec<Held> = held.into_iter().flatten().collect();
    let end = held[2].text().get_text()?;
    held[0].hash().set("seen", "1")?;
    held[1].emit("made:2", &Value::list(["x"]), None)?;
    assert_eq!(
        keyspace::apply(held)?,
        [Applied::Applied, Applied::Applied, Applied::Unchanged]
    );
    keyspace::progress(2, 3);
    keyspace::checkpoint("half")?;

    let again = keyspace::get(&["user:1"])?;
    assert_eq!(
        again[0].as_ref().map(|user| user.key()),
        Some(b"user:1".to_vec())
    );
    assert_eq!(
        keyspace::apply(again.into_iter().flatten())?,
        [Applied::Already]
    );
    drop(keyspace::get(&["user:2", "user:3"])?);
    match end.as_str() {
        "skip" => skip("as asked for"),
        "reject" => reject("as-asked", "for"),
        "fail" => fail("as asked for"),
        _ => Ok(()),
    }
}
