//! A journal over crashes, damage, many threads and a full disk, within one process.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use remold_engine::digest::ValueDigest;
use remold_engine::port::Image;
use remold_engine::record::{AfterImage, KeyImage, Mark, SourceFile};
use tempfile::TempDir;

use super::*;
use crate::directory::JournalDirectory;

const RUN: &str = "run-1";

pub(crate) fn header_of(run: &str) -> Header {
    Header {
        run: run.to_owned(),
        migration: "split-name".to_owned(),
        digest: "abc".to_owned(),
        manifest: serde_json::json!({ "kind": "Migration", "limits": { "memory": 1.50 } }),
        sources: vec![(
            "transform.rhai".to_owned(),
            SourceFile::Text("fn x() {}".to_owned()),
        )],
        grants: Vec::new(),
        undoes: None,
        share: None,
        target: "redis://localhost".to_owned(),
        now_ms: 1,
        seed: 2,
        remold: "0.1.0".to_owned(),
    }
}

/// A batch of one key whose image depends on the id; every third is hard to compress.
pub(crate) fn batch(id: u64) -> JournalRecord {
    let mut state = id;
    let payload: Vec<u8> = (0..200_u64)
        .map(|index| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(index);
            if id.is_multiple_of(3) {
                state.to_le_bytes()[6]
            } else {
                b'x'
            }
        })
        .collect();
    let image = KeyImage {
        key: format!("key:{id}").into(),
        before: Some(Image {
            payload: payload.into(),
            expires_at: Some(id),
            eviction: None,
        }),
        after: Some(AfterImage {
            digest: ValueDigest([7; 16]),
            expires_at: None,
        }),
    };
    JournalRecord::Batch {
        id,
        groups: vec![vec![image]],
    }
}

struct Case {
    root: TempDir,
    directory: JournalDirectory,
}

impl Case {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let directory = JournalDirectory::new(root.path());
        Self { root, directory }
    }

    /// A journal of the header, then each of the batches durable on its own, not closed.
    fn with_batches(ids: std::ops::Range<u64>) -> Self {
        let case = Self::new();
        let journal = case.create();
        append_each(&journal, ids);
        leave(journal);
        case
    }

    fn create(&self) -> FileJournal {
        self.directory.create(RUN, &header_of(RUN)).unwrap()
    }

    fn open(&self) -> FileJournal {
        self.directory.open(RUN).unwrap()
    }

    fn segment(&self, number: u64) -> PathBuf {
        self.root
            .path()
            .join(RUN)
            .join(format!("segment-{number:08}.journal"))
    }
}

fn append_each(journal: &FileJournal, ids: std::ops::Range<u64>) {
    for id in ids {
        journal
            .append(0, &[batch(id)], Durability::Durable)
            .unwrap();
    }
}

/// Lets go of a journal as a crash would: without the closing frame.
fn leave(mut journal: FileJournal) {
    journal.close_when_dropped = false;
}

fn ids(records: Records<'_>) -> Vec<u64> {
    records
        .filter_map(|record| match record.unwrap() {
            JournalRecord::Batch { id, .. } => Some(id),
            _ => None,
        })
        .collect()
}

fn all(records: Records<'_>) -> Vec<JournalRecord> {
    records.map(Result::unwrap).collect()
}

#[test]
fn what_was_appended_is_replayed_in_order_before_and_after_reopening() {
    let case = Case::new();
    let journal = case.create();
    let mut expected = vec![JournalRecord::Header(Box::new(header_of(RUN)))];
    journal.seal(3).unwrap();
    expected.push(JournalRecord::Epoch(3));
    for (durability, record) in [
        (Durability::Durable, batch(1)),
        (Durability::Eventual, JournalRecord::Void(1)),
        (Durability::Eventual, JournalRecord::Alive(1)),
        (Durability::Durable, JournalRecord::Mark(Mark::Stage(100))),
        (Durability::Eventual, batch(2)),
    ] {
        journal
            .append(3, std::slice::from_ref(&record), durability)
            .unwrap();
        expected.push(record);
    }
    assert_eq!(all(journal.replay().unwrap()), expected);
    drop(journal);
    let journal = case.open();
    assert_eq!(all(journal.replay().unwrap()), expected);
    assert_eq!(journal.header(), &header_of(RUN));
    assert_eq!(journal.epoch(), 3);
    expected.reverse();
    assert_eq!(all(journal.replay_backwards().unwrap()), expected);
}

#[test]
fn what_is_written_is_counted_for_whoever_asks() {
    let case = Case::new();
    let journal = case.create();
    let figures = std::sync::Arc::new(remold_engine::port::JournalFigures::default());
    journal.measure(&figures);
    let begin = journal.durable();
    journal.append(0, &[batch(1)], Durability::Durable).unwrap();
    assert_eq!(figures.bytes(), journal.durable().0 - begin.0);
    append_each(&journal, 2..5);
    assert_eq!(figures.bytes(), journal.durable().0 - begin.0);
    let syncs = figures.syncs();
    let within: u64 = syncs.within.iter().map(|(_, count)| count).sum();
    assert_eq!(within + syncs.longer, 4);
}

#[test]
fn positions_grow_and_an_empty_append_makes_all_before_it_durable() {
    let case = Case::new();
    let journal = case.create();
    let begin = journal.durable();
    let first = journal
        .append(0, &[batch(1)], Durability::Eventual)
        .unwrap();
    let second = journal
        .append(0, &[batch(2)], Durability::Eventual)
        .unwrap();
    assert!(begin < first && first < second);
    assert_eq!(journal.durable(), begin);
    assert_eq!(journal.append(0, &[], Durability::Durable), Ok(second));
    assert_eq!(journal.durable(), second);
    drop(journal);
    let reopened = case.open();
    assert!(reopened.durable() >= second);
}

#[test]
fn a_seal_refuses_older_epochs_also_after_reopening() {
    let case = Case::new();
    let journal = case.create();
    journal.seal(5).unwrap();
    let sealed = |ours| Err(JournalError::Sealed { by: 5, ours });
    assert_eq!(
        journal.append(4, &[batch(1)], Durability::Durable),
        sealed(4)
    );
    assert_eq!(
        journal.append(4, &[batch(1)], Durability::Eventual),
        sealed(4)
    );
    assert_eq!(journal.seal(3), sealed(3));
    assert!(journal.append(5, &[batch(2)], Durability::Durable).is_ok());
    leave(journal);
    let journal = case.open();
    assert_eq!(
        journal.append(4, &[batch(3)], Durability::Durable),
        sealed(4)
    );
    assert_eq!(ids(journal.replay().unwrap()), [2]);
}

#[test]
fn many_threads_append_and_each_finds_its_own_in_order() {
    const THREADS: u64 = 16;
    const EACH: u64 = 200;
    let case = Case::new();
    let directory = case.directory.clone().with_segment_bytes(100_000);
    let journal = directory.create(RUN, &header_of(RUN)).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let journal = &journal;
            scope.spawn(move || {
                for index in 0..EACH {
                    let durability = if index.is_multiple_of(3) {
                        Durability::Eventual
                    } else {
                        Durability::Durable
                    };
                    let end = journal
                        .append(0, &[batch(thread * EACH + index)], durability)
                        .unwrap();
                    assert!(durability == Durability::Eventual || journal.durable() >= end);
                }
            });
        }
    });
    leave(journal);
    assert!(case.segment(3).exists());
    let found = ids(directory.open(RUN).unwrap().replay().unwrap());
    for thread in 0..THREADS {
        let own = thread * EACH..(thread + 1) * EACH;
        // The last append of a thread is durable (199 % 3 != 0), so all before it are.
        let found: Vec<u64> = found
            .iter()
            .copied()
            .filter(|id| own.contains(id))
            .collect();
        assert!(found.iter().copied().eq(own), "{thread}: {found:?}");
    }
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_the_journal_goes_on() {
    let case = Case::with_batches(0..3);
    let whole = fs::read(case.segment(1)).unwrap();
    let two = {
        let case = Case::with_batches(0..2);
        usize::try_from(fs::metadata(case.segment(1)).unwrap().len()).unwrap()
    };
    for length in two..whole.len() {
        fs::write(case.segment(1), &whole[..length]).unwrap();
        let reader = case.directory.open_read_only(RUN).unwrap();
        assert_eq!(ids(reader.replay()), [0, 1], "{length}");
        assert_eq!(ids(reader.replay_backwards()), [1, 0], "{length}");
        let journal = case.open();
        append_each(&journal, 7..8);
        leave(journal);
        assert_eq!(ids(case.open().replay().unwrap()), [0, 1, 7], "{length}");
    }
}

#[test]
fn a_tail_of_zeros_or_of_old_bytes_is_cut() {
    let case = Case::with_batches(0..2);
    let whole = fs::read(case.segment(1)).unwrap();
    for junk in [
        vec![0; 5000],
        whole[whole.len() - 300..].to_vec(),
        b"RJf1RJf1".repeat(99),
    ] {
        fs::write(case.segment(1), [&whole[..], &junk].concat()).unwrap();
        assert_eq!(ids(case.open().replay().unwrap()), [0, 1]);
        assert_eq!(fs::read(case.segment(1)).unwrap(), whole);
    }
}

/// Pages of one write may reach the disk in any order: of a group that was never reported durable, the
/// second frame may be there without the first.
#[test]
fn a_torn_frame_before_a_whole_one_of_the_same_group_is_cut() {
    let case = Case::new();
    let journal = case.create();
    append_each(&journal, 0..2);
    leave(journal);
    let begin = fs::metadata(case.segment(1)).unwrap().len();
    let journal = case.open();
    journal
        .append(0, &[batch(3)], Durability::Eventual)
        .unwrap();
    journal.append(0, &[batch(4)], Durability::Durable).unwrap();
    leave(journal);
    let whole = fs::read(case.segment(1)).unwrap();
    let group = usize::try_from(begin).unwrap();
    for at in group..group + 150 {
        let mut torn = whole.clone();
        torn[at] ^= 0xff;
        fs::write(case.segment(1), torn).unwrap();
        assert_eq!(ids(case.open().replay().unwrap()), [0, 1], "{at}");
        assert_eq!(fs::metadata(case.segment(1)).unwrap().len(), begin);
    }
}

#[test]
fn a_flipped_bit_in_what_was_durable_is_an_error_that_says_where() {
    let case = Case::with_batches(0..3);
    let whole = fs::read(case.segment(1)).unwrap();
    // The last group alone may have been torn: nothing proves that it was durable.
    let last = usize::try_from({
        let case = Case::with_batches(0..2);
        fs::metadata(case.segment(1)).unwrap().len()
    })
    .unwrap();
    for at in 0..last {
        let mut broken = whole.clone();
        broken[at] ^= 1 << (at % 8);
        fs::write(case.segment(1), &broken).unwrap();
        let error = case.directory.open(RUN).unwrap_err();
        match error {
            JournalError::Corrupt { path, offset, .. } => {
                assert!(path.ends_with("segment-00000001.journal"), "{path}");
                assert!(
                    offset <= at as u64 && (at as u64 - offset) < 600,
                    "{at}: {offset}"
                );
            }
            JournalError::Format { .. } => assert!((8..12).contains(&at), "{at}"),
            other => panic!("{at}: {other}"),
        }
        assert_eq!(fs::read(case.segment(1)).unwrap(), broken, "nothing is cut");
    }
}

#[test]
fn after_a_clean_end_every_flipped_bit_is_found() {
    let case = Case::with_batches(0..2);
    let journal = case.open();
    let last = journal.append(0, &[batch(2)], Durability::Eventual);
    assert!(last.unwrap() > journal.durable());
    drop(journal);
    let whole = fs::read(case.segment(1)).unwrap();
    let closing = whole.len() - crate::frame::HEADER_BYTES;
    for at in crate::segment::HEADER_BYTES..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 1 << (at % 8);
        fs::write(case.segment(1), &broken).unwrap();
        match case.directory.open_read_only(RUN) {
            Err(JournalError::Corrupt { .. }) => assert!(at < closing),
            Ok(reader) => {
                assert!(at >= closing, "{at}");
                assert_eq!(ids(reader.replay()), [0, 1, 2]);
            }
            Err(other) => panic!("{at}: {other}"),
        }
    }
}

#[test]
fn another_format_is_named_with_ours() {
    let case = Case::with_batches(0..1);
    let mut bytes = fs::read(case.segment(1)).unwrap();
    bytes[8] = 9;
    fs::write(case.segment(1), bytes).unwrap();
    let error = case.directory.open_read_only(RUN).unwrap_err();
    assert_eq!(error.code(), "journal-format");
    assert!(
        error
            .to_string()
            .ends_with("has journal format 9, this version of Remold reads format 1")
    );
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let case = Case::new();
    let journal = case.create();
    assert_eq!(
        case.directory.open(RUN).unwrap_err().code(),
        "journal-in-use"
    );
    assert_eq!(
        case.directory.remove(RUN).unwrap_err().code(),
        "journal-in-use"
    );
    append_each(&journal, 0..2);
    assert_eq!(
        ids(case.directory.open_read_only(RUN).unwrap().replay()),
        [0, 1]
    );
    drop(journal);
    assert!(case.directory.open(RUN).is_ok());
}

#[test]
fn a_reader_is_a_journal_that_refuses_appends() {
    let case = Case::with_batches(0..3);
    let journal = case.open();
    journal.seal(4).unwrap();
    let end = journal.append(4, &[batch(3)], Durability::Durable).unwrap();
    let reader: &dyn Journal = &case.directory.open_read_only(RUN).unwrap();
    assert_eq!((reader.epoch(), reader.durable()), (4, end));
    assert_eq!(ids(reader.replay().unwrap()), [0, 1, 2, 3]);
    assert_eq!(ids(reader.replay_backwards().unwrap()), [3, 2, 1, 0]);
    let refusals = [
        reader.append(9, &[batch(4)], Durability::Eventual),
        reader.seal(9),
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap_err().code(), "journal-not-writable");
    }
}

#[test]
fn segments_rotate_and_are_walked_both_ways() {
    let case = Case::new();
    let directory = case.directory.clone().with_segment_bytes(2000);
    let journal = directory.create(RUN, &header_of(RUN)).unwrap();
    append_each(&journal, 0..20);
    leave(journal);
    let journal = directory.open(RUN).unwrap();
    append_each(&journal, 20..40);
    assert!(case.segment(4).exists());
    assert!(ids(journal.replay().unwrap()).into_iter().eq(0..40));
    assert!(
        ids(journal.replay_backwards().unwrap())
            .into_iter()
            .eq((0..40).rev())
    );
    drop(journal);

    let middle = fs::read(case.segment(2)).unwrap();
    fs::write(case.segment(2), &middle[..middle.len() - 1]).unwrap();
    assert_eq!(directory.open(RUN).unwrap_err().code(), "journal-corrupt");
    fs::remove_file(case.segment(2)).unwrap();
    let error = directory.open(RUN).unwrap_err().to_string();
    assert!(
        error.ends_with("segment 2 is missing before this one"),
        "{error}"
    );
}

#[test]
fn damage_in_an_earlier_segment_is_found_when_it_is_read() {
    let case = Case::new();
    let directory = case.directory.clone().with_segment_bytes(2000);
    append_each(&directory.create(RUN, &header_of(RUN)).unwrap(), 0..60);
    assert!(case.segment(3).exists());
    let mut bytes = fs::read(case.segment(2)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(case.segment(2), bytes).unwrap();
    let reader = directory.open_read_only(RUN).unwrap();
    for mut records in [reader.replay(), reader.replay_backwards()] {
        let error = records.find_map(Result::err).expect("the damage is found");
        assert_eq!(error.code(), "journal-corrupt");
        assert!(records.next().is_none(), "the walk ends at its first error");
    }
}

#[test]
fn a_segment_whose_creation_was_interrupted_is_taken_away() {
    let case = Case::with_batches(0..2);
    for length in [0, 1, crate::segment::HEADER_BYTES] {
        fs::write(case.segment(2), vec![0; length]).unwrap();
        let reader = case.directory.open_read_only(RUN).unwrap();
        assert_eq!(ids(reader.replay()), [0, 1]);
        assert!(case.segment(2).exists(), "reading changes nothing");
        assert_eq!(ids(case.open().replay().unwrap()), [0, 1]);
        assert!(!case.segment(2).exists());
    }
}

#[test]
fn a_walk_shows_the_journal_as_of_its_beginning_while_appends_go_on() {
    let case = Case::new();
    let directory = case.directory.clone().with_segment_bytes(50_000);
    let journal = directory.create(RUN, &header_of(RUN)).unwrap();
    append_each(&journal, 0..10);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            append_each(&journal, 10..1000);
            done.store(true, Ordering::Release);
        });
        let mut least = 10;
        let mut walks = 0;
        while !done.load(Ordering::Acquire) || walks == 0 {
            let own = ids(journal.replay().unwrap());
            let others = ids(directory.open_read_only(RUN).unwrap().replay());
            for found in [own, others] {
                let count = found.len() as u64;
                assert!(count >= least && found.into_iter().eq(0..count));
                least = count;
            }
            walks += 1;
        }
    });
    let mut backwards = journal.replay_backwards().unwrap();
    append_each(&journal, 1000..1001);
    assert!(matches!(
        backwards.next(),
        Some(Ok(JournalRecord::Batch { id: 999, .. }))
    ));
}

#[test]
fn a_record_larger_than_a_frame_and_a_segment_is_kept() {
    let case = Case::new();
    let journal = case
        .directory
        .clone()
        .with_segment_bytes(1000)
        .create(RUN, &header_of(RUN))
        .unwrap();
    let image = |byte: u8| KeyImage {
        key: "big".into(),
        before: Some(Image {
            payload: vec![byte; 3 << 20].into(),
            expires_at: None,
            eviction: None,
        }),
        after: None,
    };
    let records: Vec<_> = (1..4)
        .map(|id| JournalRecord::Batch {
            id: u64::from(id),
            groups: vec![vec![image(id)], vec![]],
        })
        .collect();
    journal.append(0, &records, Durability::Durable).unwrap();
    assert_eq!(all(journal.replay().unwrap())[1..], records);
}

#[test]
fn a_disk_that_is_full_stops_all_appends_and_leaves_what_was_durable() {
    let case = Case::new();
    let journal = case.create();
    append_each(&journal, 0..2);
    // The next segment's file is one whose every write fails with the system's own "no space left".
    let full = Tail::on_full_device(journal.log.extent().segments[0].clone());
    journal.log.replace_tail(full);
    let error = journal
        .append(0, &[batch(2)], Durability::Durable)
        .unwrap_err();
    assert_eq!(error.code(), "journal-not-writable");
    assert!(
        error.to_string().contains("No space left on device"),
        "{error}"
    );
    for durability in [Durability::Durable, Durability::Eventual] {
        assert_eq!(
            journal.append(0, &[batch(3)], durability),
            Err(error.clone())
        );
    }
    assert_eq!(journal.seal(9), Err(error));
    assert_eq!(ids(journal.replay().unwrap()), [0, 1]);
    drop(journal);
    let journal = case.open();
    append_each(&journal, 5..6);
    assert_eq!(ids(journal.replay().unwrap()), [0, 1, 5]);
}
