//! The two ways in which a session reads keys: in one step by `DUMP`, on its own connection, together with what goes before
//! in the same pipeline; or by the commands of their types, on the typed reader's.

use remold_engine::port::{Fetched, Image, StoreError, Unreadable};
use remold_host_api::Bytes;

use super::RedisSession;
use crate::abilities::Abilities;
use crate::connection::Connection;
use crate::read::{self, Question};
use crate::reply::{self, Reply};
use crate::request::{Request, Sink as _};
use crate::typed_read::{Typed, Wanted};

/// How one key is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is not: it takes so many bytes.
    Not(u64),
    /// By `DUMP`.
    Whole,
    /// By the commands of its type.
    Typed,
}

/// Keys that are read together, each in its way.
#[derive(Debug)]
pub(super) struct Fetch<'k> {
    keys: Vec<(&'k Bytes, Option<u64>, Way)>,
    max_bytes: u64,
}

/// In which ways keys are read, and how large they are as far as that is known.
pub(super) type Ways = Vec<(Option<u64>, Way)>;

impl<'k> Fetch<'k> {
    fn new(
        keys: impl Iterator<Item = (&'k Bytes, Option<u64>)>,
        max_bytes: u64,
        abilities: &Abilities,
    ) -> Self {
        let way = |size: Option<u64>| match size {
            Some(bytes) if bytes > max_bytes => Way::Not(bytes),
            _ if !abilities.dump => Way::Typed,
            _ => match (abilities.in_parts_above, size) {
                (Some(limit), Some(size)) if size > limit => Way::Typed,
                // Without a size, a key could be of any; where sizes are told, it is one that does not exist.
                (Some(_), None) if !abilities.memory_usage => Way::Typed,
                _ => Way::Whole,
            },
        };
        Self {
            keys: keys.map(|(key, size)| (key, size, way(size))).collect(),
            max_bytes,
        }
    }

    /// Goes on with what was chosen for the same keys.
    pub(super) fn chosen(
        keys: impl Iterator<Item = &'k Bytes>,
        ways: &Ways,
        max_bytes: u64,
    ) -> Self {
        let keys = keys.zip(ways).map(|(key, (size, way))| (key, *size, *way));
        Self {
            keys: keys.collect(),
            max_bytes,
        }
    }

    /// The ways, without the keys.
    pub(super) fn ways(&self) -> Ways {
        self.keys
            .iter()
            .map(|(_, size, way)| (*size, *way))
            .collect()
    }

    /// The keys that are read at all.
    pub(super) fn keys(&self) -> Vec<&'k Bytes> {
        let read = self
            .keys
            .iter()
            .filter(|(_, _, way)| !matches!(way, Way::Not(_)));
        read.map(|(key, ..)| *key).collect()
    }

    /// Writes the commands for those that are read in one step.
    pub(super) fn write(&self, request: &mut Request, abilities: &Abilities) {
        read::write(request, &self.whole(), Question::Payload, abilities);
    }

    fn whole(&self) -> Vec<&'k Bytes> {
        let whole = self.keys.iter().filter(|(_, _, way)| *way == Way::Whole);
        whole.map(|(key, ..)| *key).collect()
    }

    fn typed(&self) -> Vec<Wanted<'k>> {
        let typed = self.keys.iter().filter(|(_, _, way)| *way == Way::Typed);
        typed
            .map(|(key, size, _)| Wanted { key, size: *size })
            .collect()
    }
}

impl RedisSession {
    /// Chooses the ways, after asking for the sizes that it takes to choose and that no look-ahead has told.
    pub(super) fn choose<'k>(
        &self,
        connection: &mut Connection,
        keys: &[(&'k Bytes, Option<u64>)],
        max_bytes: u64,
    ) -> Result<Fetch<'k>, StoreError> {
        let abilities = &self.abilities;
        let matter = max_bytes != u64::MAX || abilities.in_parts_above.is_some() || !abilities.dump;
        let missing = |(_, size): &&(&Bytes, Option<u64>)| size.is_none();
        let mut request = Request::default();
        if matter && abilities.memory_usage {
            for (key, _) in keys.iter().filter(missing) {
                request.command(&[b"MEMORY", b"USAGE", key]);
            }
        }
        let mut replies = connection
            .ask("asking for the sizes of keys", &request)?
            .into_iter();
        let sized = keys.iter().map(|(key, known)| {
            let told = || {
                let size = replies.next().as_ref().and_then(reply::integer)?;
                u64::try_from(size).ok()
            };
            (*key, known.or_else(told))
        });
        Ok(Fetch::new(sized, max_bytes, abilities))
    }

    /// Takes the replies to what the fetch wrote, reads the rest of its keys, and returns all in order.
    pub(super) fn fetch(
        &mut self,
        connection: &mut Connection,
        doing: &str,
        fetch: &Fetch<'_>,
        replies: &mut std::vec::IntoIter<Reply>,
    ) -> Result<Vec<Fetched>, StoreError> {
        let whole = fetch.whole();
        let looks = read::take(
            connection,
            doing,
            replies,
            &whole,
            Question::Payload,
            &self.abilities,
        )?;
        let typed = self.typed.read(doing, &fetch.typed())?;
        let mut looks = looks.into_iter();
        let mut typed = typed.into_iter();
        let mut fetched = Vec::with_capacity(fetch.keys.len());
        for (key, _, way) in &fetch.keys {
            fetched.push(match way {
                Way::Not(bytes) => Fetched::TooLarge { bytes: *bytes },
                Way::Whole => found(looks.next().flatten().map(Image::from), fetch.max_bytes),
                Way::Typed => match typed.next().unwrap_or(Typed::Absent) {
                    Typed::Absent => Fetched::Absent,
                    Typed::Found(image) => found(Some(image), fetch.max_bytes),
                    Typed::Unreadable(why) => self.dumped(connection, doing, key, why)?,
                },
            });
        }
        Ok(fetched)
    }

    /// Reads in one step what cannot be read in parts, where that is permitted. It is under guard already.
    fn dumped(
        &self,
        connection: &mut Connection,
        doing: &str,
        key: &Bytes,
        why: Unreadable,
    ) -> Result<Fetched, StoreError> {
        let by_type = matches!(why, Unreadable::Kind { .. } | Unreadable::Stream { .. });
        if !self.abilities.dump || !by_type {
            return Ok(Fetched::Unreadable(why));
        }
        let mut request = Request::default();
        read::write(&mut request, &[key], Question::Payload, &self.abilities);
        let mut replies = connection.exchange(doing, &request)?.into_iter();
        let mut looks = read::take(
            connection,
            doing,
            &mut replies,
            &[key],
            Question::Payload,
            &self.abilities,
        )?;
        Ok(found(looks.pop().flatten().map(Image::from), u64::MAX))
    }
}

fn found(image: Option<Image>, max_bytes: u64) -> Fetched {
    match image {
        // Where sizes cannot be asked for, it is known only now.
        Some(image) if image.payload.len() as u64 > max_bytes => Fetched::TooLarge {
            bytes: image.payload.len() as u64,
        },
        Some(image) => Fetched::Found(image),
        None => Fetched::Absent,
    }
}
