//! The journal of an object store, over a folder that keeps the same promises. Over a store that speaks S3 it is in the tests against
//! real servers.

use std::sync::Arc;
use std::thread;

use remold_engine::record::Mark;
use tempfile::TempDir;

use super::*;
use crate::journal::tests::{batch, header_of};
use crate::place::{ObjectAccess, Place};
use crate::read_only::JournalReader;

const RUN: &str = "run-1";

struct House {
    root: TempDir,
    objects: Arc<Objects>,
}

impl House {
    fn new() -> Self {
        let root = TempDir::new().expect("a folder can be made");
        let place = Place::Folder(root.path().to_owned());
        let objects = Objects::open(&place, &ObjectAccess::default()).expect("it is a folder");
        Self {
            root,
            objects: Arc::new(objects),
        }
    }

    fn create(&self) -> ObjectJournal {
        let objects = Arc::clone(&self.objects);
        ObjectJournal::create(objects, RUN, &header_of(RUN)).expect("it can be created")
    }

    fn open(&self) -> ObjectJournal {
        ObjectJournal::open(Arc::clone(&self.objects), RUN).expect("it can be opened")
    }

    fn extent(&self) -> ObjectExtent {
        ObjectExtent::load(Arc::clone(&self.objects), RUN).expect("there is one")
    }

    fn damage(&self, number: u64, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.root.path().join(RUN).join(extent::object_name(number));
        let mut bytes = std::fs::read(&path).expect("it is a file");
        change(&mut bytes);
        std::fs::write(&path, bytes).expect("it can be written");
    }
}

fn all(records: Records<'_>) -> Vec<JournalRecord> {
    let records: Result<Vec<_>, _> = records.collect();
    records.expect("they can be read")
}

fn header() -> JournalRecord {
    JournalRecord::Header(Box::new(header_of(RUN)))
}

fn append(journal: &ObjectJournal, epoch: u64, id: u64) -> Result<Position, JournalError> {
    journal.append(epoch, &[batch(id)], Durability::Durable)
}

#[test]
fn what_was_appended_is_read_in_order_both_ways_and_by_others() {
    let house = House::new();
    let journal = house.create();
    journal.seal(1).expect("it can be sealed");
    for id in 1..=3 {
        append(&journal, 1, id).expect("it can be appended");
    }
    journal
        .append(1, &[batch(4)], Durability::Eventual)
        .expect("it can be appended");
    let mut expected = vec![header(), JournalRecord::Epoch(1)];
    expected.extend((1..=4).map(batch));
    assert_eq!(all(journal.replay().expect("it can be read")), expected);
    let mut backwards = all(journal.replay_backwards().expect("it can be read"));
    backwards.reverse();
    assert_eq!(backwards, expected);
    drop(journal);
    let reader = JournalReader::of_objects(house.extent()).expect("it can be read");
    assert_eq!((all(reader.replay()), reader.epoch()), (expected, 1));
    assert_eq!(house.open().epoch(), 1);
}

#[test]
fn what_was_not_waited_for_becomes_durable_when_it_is() {
    let house = House::new();
    let journal = house.create();
    let before = journal.durable();
    let position = journal
        .append(0, &[batch(1)], Durability::Eventual)
        .expect("it is queued");
    assert!(position > before && journal.durable() == before);
    journal.wait(position).expect("it can be put");
    assert_eq!(journal.durable(), position);
    journal.wait(position).expect("it is durable already");
}

#[test]
fn an_older_owner_learns_that_it_is_sealed() {
    let house = House::new();
    let old = house.create();
    old.seal(1).expect("it can be sealed");
    append(&old, 1, 1).expect("it is the owner");
    let new = house.open();
    new.seal(2).expect("it can be sealed");
    let refused = JournalError::Sealed { by: 2, ours: 1 };
    assert_eq!(append(&old, 1, 2), Err(refused.clone()));
    assert_eq!(append(&old, 1, 3), Err(refused));
    append(&new, 2, 4).expect("it is the owner");
    assert_eq!(
        append(&new, 1, 5),
        Err(JournalError::Sealed { by: 2, ours: 1 })
    );
    let records = all(new.replay().expect("it can be read"));
    let epochs = [
        JournalRecord::Epoch(1),
        batch(1),
        JournalRecord::Epoch(2),
        batch(4),
    ];
    assert_eq!(records[1..], epochs);
}

#[test]
fn what_an_older_owner_made_durable_before_the_seal_is_before_it() {
    let house = House::new();
    let old = house.create();
    old.seal(1).expect("it can be sealed");
    let new = house.open();
    append(&old, 1, 1).expect("it is the owner still");
    append(&old, 1, 2).expect("it is the owner still");
    new.seal(2).expect("it can be sealed");
    let records = all(new.replay().expect("it can be read"));
    let expected = [
        JournalRecord::Epoch(1),
        batch(1),
        batch(2),
        JournalRecord::Epoch(2),
    ];
    assert_eq!(records[1..], expected);
    assert!(append(&old, 1, 3).is_err());
}

#[test]
fn of_two_who_seal_with_one_epoch_one_is_refused() {
    let house = House::new();
    drop(house.create());
    let (one, other) = (house.open(), house.open());
    one.seal(1).expect("it is the first");
    assert_eq!(other.seal(1), Err(JournalError::Sealed { by: 1, ours: 1 }));
    append(&one, 1, 1).expect("it is the owner");
    assert!(
        append(&other, 1, 2).is_err(),
        "what has failed once stays so"
    );
}

#[test]
fn who_slept_through_a_seal_does_not_take_the_journal_back() {
    let house = House::new();
    let old = house.create();
    old.seal(1).expect("it can be sealed");
    house.open().seal(2).expect("it can be sealed");
    assert_eq!(old.seal(3), Err(JournalError::Sealed { by: 2, ours: 3 }));
    house.open().seal(3).expect("whoever opens it anew may");
}

#[test]
fn many_lanes_share_a_put() {
    const LANES: u64 = 8;
    const EACH: u64 = 40;
    let house = House::new();
    let journal = house.create();
    thread::scope(|scope| {
        for lane in 0..LANES {
            let journal = &journal;
            scope.spawn(move || {
                for id in 0..EACH {
                    append(journal, 0, lane * EACH + id).expect("it can be appended");
                }
            });
        }
    });
    let records = all(journal.replay().expect("it can be read"));
    let mut ids: Vec<u64> = records[1..]
        .iter()
        .map(|record| match record {
            JournalRecord::Batch { id, .. } => *id,
            other => panic!("nothing else was appended: {other:?}"),
        })
        .collect();
    for lane in 0..LANES {
        let of_lane = ids.iter().filter(|id| **id / EACH == lane);
        assert!(of_lane.is_sorted(), "a lane's appends are in order");
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..LANES * EACH).collect::<Vec<_>>());
    assert!(house.extent().objects() < LANES * EACH, "some shared a put");
}

#[test]
fn damage_is_found_wherever_it_is() {
    let house = House::new();
    let journal = house.create();
    append(&journal, 0, 1).expect("it can be appended");
    append(&journal, 0, 2).expect("it can be appended");
    let is_corrupt = || {
        let records: Result<Vec<_>, _> = house.extent().forwards().collect();
        matches!(records, Err(JournalError::Corrupt { .. }))
    };
    assert!(!is_corrupt());
    house.damage(1, |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    assert!(is_corrupt());
    house.damage(1, |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        bytes.truncate(last);
    });
    assert!(is_corrupt());
    let path = |number| {
        house
            .root
            .path()
            .join(RUN)
            .join(extent::object_name(number))
    };
    std::fs::copy(path(2), path(1)).expect("it can be copied");
    assert!(is_corrupt(), "an object is tied to its number");
    std::fs::remove_file(path(1)).expect("it is there");
    let loaded = ObjectExtent::load(Arc::clone(&house.objects), RUN);
    assert!(matches!(loaded, Err(JournalError::Corrupt { .. })));
}

#[test]
fn a_place_that_fails_stops_the_journal_for_good() {
    let house = House::new();
    let journal = house.create();
    let folder = house.root.path().join(RUN);
    std::fs::rename(&folder, house.root.path().join("away")).expect("it can be moved");
    std::fs::write(&folder, "a file").expect("it can be written");
    let failed = append(&journal, 0, 1).expect_err("there is no folder");
    assert!(
        matches!(failed, JournalError::NotWritable { .. }),
        "{failed}"
    );
    std::fs::remove_file(&folder).expect("it is there");
    std::fs::rename(house.root.path().join("away"), &folder).expect("it can be moved");
    assert_eq!(
        append(&journal, 0, 2),
        Err(failed),
        "nobody knows what of it was put"
    );
    assert_eq!(all(journal.replay().expect("it can be read")), [header()]);
}

#[test]
fn where_the_run_stands_is_found_and_a_removed_journal_is_gone() {
    let house = House::new();
    let journal = house.create();
    append(&journal, 0, 1).expect("it can be appended");
    let mark = [JournalRecord::Mark(Mark::Completed)];
    journal
        .append(0, &mark, Durability::Durable)
        .expect("it can be appended");
    append(&journal, 0, 2).expect("it can be appended");
    drop(journal);
    let reader = JournalReader::of_objects(house.extent()).expect("it can be read");
    assert_eq!(reader.last_mark(), Ok(Some(Mark::Completed)));
    ObjectExtent::remove(&house.objects, RUN).expect("it can be removed");
    let loaded = ObjectExtent::load(Arc::clone(&house.objects), RUN);
    assert!(matches!(loaded, Err(JournalError::NotFound { .. })));
    assert!(ObjectExtent::remove(&house.objects, RUN).is_err());
}
