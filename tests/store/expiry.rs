//! Expiries are read to the millisecond on every version, also where the server tells only what is left.

use remold_engine::port::Fetched;
use remold_store_redis::GuardChoice;

use super::{GUARDED, Stage, bytes, candidates, found, on_all};

#[test]
fn an_expiry_is_read_to_the_millisecond() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let keys: Vec<String> = (0..500).map(|number| format!("k{number}")).collect();
            let at = |number: usize| {
                (!number.is_multiple_of(3)).then_some(4_000_000_000_000 + number as u64)
            };
            for (number, key) in keys.iter().enumerate() {
                stage.run(&format!("SET {key} v"));
                if let Some(at) = at(number) {
                    stage.run(&format!("PEXPIREAT {key} {at}"));
                }
            }
            let names: Vec<&str> = keys.iter().map(String::as_str).collect();
            for round in 0..20 {
                let read = stage
                    .session
                    .read_guarded(1, &candidates(&names), u64::MAX)
                    .expect("it reads");
                let again = stage
                    .session
                    .read(&names.iter().map(|name| bytes(name)).collect::<Vec<_>>());
                assert_eq!(again.as_ref(), Ok(&read));
                for (number, fetched) in read.iter().enumerate() {
                    assert_eq!(
                        found(fetched).expires_at,
                        at(number),
                        "{version}, {guard:?}, round {round}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_key_is_either_there_with_its_expiry_or_absent() {
    on_all(|version| {
        let mut stage = Stage::new(version, GuardChoice::Watch);
        for round in 0..200 {
            stage.run("SET fleeting v PX 2");
            loop {
                let read = stage.read_guarded(&["fleeting"]);
                match &read[0] {
                    Fetched::Absent => break,
                    Fetched::Found(image) => {
                        assert!(image.expires_at.is_some(), "{version}, round {round}");
                    }
                    other @ (Fetched::TooLarge { .. } | Fetched::Unreadable(_)) => {
                        panic!("{other:?}")
                    }
                }
            }
        }
    });
}
