//! The data of the stories in `examples/`: small RDB files, made the same again on every machine.
//!
//! People, prices and dates are made up. The files have version 9, so that every server from Redis 6.2 on loads
//! them. Expiries lie far in the future: nothing in the files ages.

mod accounts;
mod events;
mod shop;

use bytes::Bytes;
use remold_host_api::{Entry, HashField, Scored, Value};
use remold_rdb::{FileEntry, Header, Section, Target, Version, Writer, encode};

/// The version of the files: that of Redis 6.2.
const VERSION: Version = Version(9);

/// 2026-01-01T00:00:00Z, Unix milliseconds: "today" in the stories.
const TODAY: u64 = 1_767_225_600_000;

/// 2090-01-01T00:00:00Z, Unix milliseconds: where expiries begin.
const FAR_AWAY: u64 = 3_786_912_000_000;

const DAY: u64 = 86_400_000;

/// Makes the keys of a story.
type Maker = fn() -> Vec<Entry>;

/// One story's data.
pub struct ExampleData {
    /// The story's folder in `examples/`.
    pub folder: &'static str,
    /// The keys, in the order in which they stand in the file.
    pub entries: Vec<Entry>,
}

impl ExampleData {
    /// The data of every story.
    pub fn all() -> Vec<Self> {
        let stories: [(&'static str, Maker); 10] = [
            ("01-split-name", accounts::users),
            ("02-json-to-hash", accounts::sessions),
            ("03-money-to-cents", shop::products),
            ("04-rekey", shop::carts),
            ("05-expiry-by-age", shop::invoices),
            ("06-job-queue", events::queues),
            ("07-leaderboard", events::leaderboards),
            ("08-program", accounts::teams),
            ("09-event-stream", events::streams),
            ("10-three-versions", accounts::customers),
        ];
        stories
            .map(|(folder, entries)| Self {
                folder,
                entries: entries(),
            })
            .into()
    }

    /// The bytes of `data.rdb`.
    pub fn file(&self) -> Vec<u8> {
        rdb_file(&self.entries, VERSION)
    }
}

/// Makes an RDB file of entries, in their order.
pub fn rdb_file(entries: &[Entry], version: Version) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Header { version });
    let expiring = entries.iter().filter(|entry| entry.expires_at.is_some());
    let sizes = Section::resize_db(entries.len() as u64, expiring.count() as u64);
    for section in [
        Section::aux(b"redis-ver", b"6.2.0"),
        Section::select_db(0),
        sizes,
    ] {
        writer.section(&section).expect("memory can be written");
    }
    for entry in entries {
        let payload =
            encode(&entry.value, &Target::new(version)).expect("this version can hold it");
        let mut written = FileEntry::from_payload(0, entry.key.clone(), &payload, version)
            .expect("a payload that was just made");
        written.set_expires_at(entry.expires_at);
        writer.entry(&written).expect("memory can be written");
    }
    writer.finish(true).expect("memory can be written")
}

fn entry(key: impl Into<String>, value: Value) -> Entry {
    Entry {
        key: key.into().into(),
        value,
        expires_at: None,
    }
}

/// Lets a key expire on the given day from [`FAR_AWAY`].
fn expiring(entry: Entry, day: usize) -> Entry {
    Entry {
        expires_at: Some(FAR_AWAY + day as u64 * DAY),
        ..entry
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into().into())
}

fn hash(fields: &[(&str, &str)]) -> Value {
    let field = |(name, value): &(&str, &str)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    Value::Hash(fields.iter().map(field).collect())
}

fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    let items = items.into_iter().map(|item| Bytes::from(item.into()));
    Value::List(items.collect())
}

fn set<T: Into<String>>(members: impl IntoIterator<Item = T>) -> Value {
    let members = members.into_iter().map(|member| Bytes::from(member.into()));
    Value::Set(members.collect())
}

fn sorted_set(members: impl IntoIterator<Item = (String, f64)>) -> Value {
    let scored = |(member, score): (String, f64)| Scored {
        member: member.into(),
        score,
    };
    Value::SortedSet(members.into_iter().map(scored).collect())
}

/// The item that is as far down a list as a number says, from its beginning again after its end; numbers that
/// follow one another lie far apart.
fn pick<'a>(items: &[&'a str], number: usize) -> &'a str {
    items[number.wrapping_mul(2_654_435_761) % 1_000_003 % items.len()]
}
