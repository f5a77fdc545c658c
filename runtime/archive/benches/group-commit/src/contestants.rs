//! The logs that are compared. All of them report a batch when it would survive the loss of power.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use fjall::{Database as Fjall, KeyspaceCreateOptions, PersistMode};
use redb::{Database as Redb, Durability as RedbDurability, TableDefinition};
use remold_archive::{FileJournal, JournalDirectory};
use remold_engine::port::{Durability, Journal};
use remold_engine::record::{Header, JournalRecord};

/// Opens a log in an empty directory.
pub(crate) type Contestant = fn(&Path) -> Box<dyn Log>;

/// Takes batches from many threads.
pub(crate) trait Log: Send + Sync {
    /// Returns when the batch is durable.
    fn append(&self, batch: &JournalRecord);
}

pub(crate) const JOURNAL: Contestant = |place| {
    let header = Header {
        run: "run".to_owned(),
        migration: "m".to_owned(),
        digest: "d".to_owned(),
        manifest: serde_json::json!({}),
        sources: Vec::new(),
        grants: Vec::new(),
        undoes: None,
        share: None,
        target: "t".to_owned(),
        now_ms: 0,
        seed: 0,
        remold: "0".to_owned(),
    };
    Box::new(
        JournalDirectory::new(place)
            .create("run", &header)
            .expect("the journal is created"),
    )
};
pub(crate) const REDB: Contestant = |place| Box::new(Each(redb(place)));
pub(crate) const REDB_GROUPED: Contestant = |place| Box::new(Grouped::new(redb(place)));
pub(crate) const FJALL: Contestant = |place| Box::new(Each(fjall(place)));
pub(crate) const FJALL_GROUPED: Contestant = |place| Box::new(Grouped::new(fjall(place)));
pub(crate) const PLAIN_FILE: Contestant = |place| {
    let file = Mutex::new(File::create(place.join("file")).expect("the file is created"));
    Box::new(Each(move |group: &[(u64, Vec<u8>)]| {
        let mut file = file.lock().expect("no thread fails");
        for (_, value) in group {
            file.write_all(value).expect("there is room");
        }
        file.sync_data().expect("the disk works");
    }))
};

impl Log for FileJournal {
    fn append(&self, batch: &JournalRecord) {
        let records = std::slice::from_ref(batch);
        Journal::append(self, 0, records, Durability::Durable).expect("the disk works");
    }
}

/// Makes a group of values durable in one commit.
trait Commit: Fn(&[(u64, Vec<u8>)]) + Send + Sync {}
impl<C: Fn(&[(u64, Vec<u8>)]) + Send + Sync> Commit for C {}

fn redb(place: &Path) -> impl Commit + use<> {
    const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("journal");
    let database = Redb::create(place.join("redb")).expect("the database is created");
    move |group: &[(u64, Vec<u8>)]| {
        let mut transaction = database.begin_write().expect("the database works");
        transaction
            .set_durability(RedbDurability::Immediate)
            .expect("it is the first call");
        {
            let mut table = transaction.open_table(TABLE).expect("the table is there");
            for (id, value) in group {
                table.insert(id, &value[..]).expect("there is room");
            }
        }
        transaction.commit().expect("the disk works");
    }
}

fn fjall(place: &Path) -> impl Commit + use<> {
    let database = Fjall::builder(place)
        .journal_compression(fjall::CompressionType::None)
        .open()
        .expect("the database is created");
    let keyspace = database
        .keyspace("journal", KeyspaceCreateOptions::default)
        .expect("the keyspace is created");
    move |group: &[(u64, Vec<u8>)]| {
        let mut batch = database.batch().durability(Some(PersistMode::SyncData));
        for (id, value) in group {
            batch.insert(&keyspace, id.to_be_bytes(), &value[..]);
        }
        batch.commit().expect("the disk works");
    }
}

/// Every thread commits its own batch.
struct Each<C>(C);

impl<C: Commit> Log for Each<C> {
    fn append(&self, batch: &JournalRecord) {
        (self.0)(&[packed(batch)]);
    }
}

/// A value that waits, and whom to tell when it is durable.
type Waiting = ((u64, Vec<u8>), SyncSender<()>);

/// One thread commits everything that waits.
struct Grouped {
    queue: Sender<Waiting>,
}

impl Grouped {
    fn new(commit: impl Commit + 'static) -> Self {
        let (queue, waiting): (_, Receiver<Waiting>) = channel();
        std::thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                let group = std::iter::once(first).chain(waiting.try_iter());
                let (values, tell): (Vec<_>, Vec<_>) = group.unzip();
                commit(&values);
                for sender in tell {
                    sender.send(()).expect("the thread waits");
                }
            }
        });
        Self { queue }
    }
}

impl Log for Grouped {
    fn append(&self, batch: &JournalRecord) {
        let (tell, told) = sync_channel(1);
        self.queue
            .send((packed(batch), tell))
            .expect("the committer runs");
        told.recv().expect("the committer runs");
    }
}

/// Packs a batch as the journal does: keys, images and digests, then LZ4.
fn packed(batch: &JournalRecord) -> (u64, Vec<u8>) {
    let JournalRecord::Batch { id, groups } = batch else {
        unreachable!("only batches are appended");
    };
    let mut bytes = Vec::with_capacity(24 << 10);
    let mut part = |part: &[u8]| {
        bytes.extend(
            u32::try_from(part.len())
                .expect("parts are small")
                .to_le_bytes(),
        );
        bytes.extend_from_slice(part);
    };
    for image in groups.iter().flatten() {
        part(&image.key);
        if let (Some(before), Some(after)) = (&image.before, &image.after) {
            part(&before.payload);
            part(&after.digest.0);
        }
    }
    (*id, lz4_flex::block::compress_prepend_size(&bytes))
}
