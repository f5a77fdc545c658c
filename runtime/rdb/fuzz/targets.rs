//! What is run on each input, and must hold whatever the bytes are. Shared by the fuzz targets, the tests
//! and the long run on stable Rust.

use std::io::Read;

use bytes::Bytes;
use remold_host_api::{
    Collection, Consumer, ConsumerGroup, HashField, Pending, Scored, StreamEntry, StreamId,
    StreamValue, Value,
};
use remold_rdb::skip::object_length;
use remold_rdb::{
    DecodeError, Decoded, FileEntry, FileError, Item, Reader, Target, Version, Writer, decode,
    decode_object, encode,
};

/// A target by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FuzzTarget {
    /// A payload without its checksum.
    Payload,
    /// A file.
    File,
    /// A value, made from the bytes.
    Roundtrip,
}

impl FuzzTarget {
    /// Every target.
    #[allow(dead_code, reason = "a fuzz target runs only itself")]
    pub(crate) const ALL: [Self; 3] = [Self::Payload, Self::File, Self::Roundtrip];

    /// Returns the name, that of the corpus folder too.
    #[allow(dead_code, reason = "a fuzz target runs only itself")]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Payload => "payload",
            Self::File => "file",
            Self::Roundtrip => "roundtrip",
        }
    }

    /// Runs the target. Panics if something does not hold.
    pub(crate) fn run(self, data: &[u8]) {
        match self {
            Self::Payload => payload(data),
            Self::File => file(data),
            Self::Roundtrip => roundtrip(data),
        }
    }
}

/// What decodes is found whole by the skipper, and comes back the same after it was encoded.
fn payload(data: &[u8]) {
    let mut sealed = data.to_vec();
    sealed.extend([0; 8]);
    let sealed = Bytes::from(sealed);
    if let Some(version) = data.last_chunk::<2>() {
        let version = Version(u16::from_le_bytes(*version));
        if let Ok(entry) = FileEntry::from_payload(0, Bytes::new(), &sealed, version) {
            let again = entry.payload(version);
            if let Ok(again) = again {
                assert_eq!(again[..data.len()], *data, "the payload comes back");
            }
        }
    }
    let Ok(Decoded {
        value,
        version,
        type_id,
    }) = decode(&sealed)
    else {
        return;
    };
    if !matches!(value, Value::Opaque(_)) {
        let object = &data[1..data.len() - 2];
        assert_eq!(
            object_length(object, type_id, version),
            Ok(object.len()),
            "skipping agrees with decoding type {type_id}"
        );
    }
    comes_back(&value, &Target::new(version));
}

fn comes_back(value: &Value, target: &Target) {
    let Ok(encoded) = encode(value, target) else {
        return;
    };
    let decoded = decode(&encoded).unwrap_or_else(|error| {
        panic!("{error} in what was encoded for {target:?}: {value:?}: {encoded:?}")
    });
    let lossy = matches!(value, Value::Stream(_)) && target.version < Version(11);
    // An extension that says nothing is left away where there is no place for it.
    let without_extension = |value: &Value| match value {
        Value::Stream(stream) => Value::Stream(Box::new(StreamValue {
            extension: None,
            ..(**stream).clone()
        })),
        other => other.clone(),
    };
    assert!(
        lossy
            || decoded.value.same(value)
            || target.version < Version(13) && decoded.value == without_extension(value),
        "{value:?}\nwas encoded for {target:?} and came back as\n{:?}",
        decoded.value
    );
}

/// A file that is read to its end is written again byte for byte, and is read the same in small pieces.
fn file(data: &[u8]) {
    let whole = read(data);
    if data.len() < 1024 {
        let pieces = read(Pieces { data, step: 1 });
        assert_eq!(whole.is_ok(), pieces.is_ok(), "pieces change nothing");
    }
    let Ok((reader_header, items)) = whole else {
        return;
    };
    let mut writer = Writer::new(Vec::new(), reader_header);
    for item in &items {
        match writer.item(item) {
            Ok(()) => {}
            // A reader takes what a server takes; a writer writes no type before its time.
            Err(FileError::TypeNotInVersion { .. }) => return,
            Err(error) => panic!("a vector takes what was read, not {error}"),
        }
        if let Item::Entry(entry) = item {
            let value = decode_object(entry.type_id(), entry.object(), reader_header.version);
            if let Ok(value) = value {
                comes_back(&value, &Target::new(reader_header.version));
            }
        }
    }
    let checksum = match items.last() {
        Some(Item::End { checksum }) => checksum.is_some(),
        other => panic!("a whole file has an end, not {other:?}"),
    };
    let again = writer.finish(checksum).expect("a vector takes everything");
    // A database that is never selected is the first one, and is selected when it is written.
    let selected = items.iter().position(|item| matches!(item, Item::Entry(_)));
    let implicit = selected.is_some_and(|first| {
        !items[..first].iter().any(|item| {
            matches!(item, Item::Section(section)
                if matches!(section.kind, remold_rdb::SectionKind::SelectDb(_)))
        })
    });
    assert!(implicit || again == data, "the file comes back");
}

fn read(source: impl Read) -> Result<(remold_rdb::Header, Vec<Item>), FileError> {
    let mut reader = Reader::new(source)?;
    let header = reader.header();
    let mut items = Vec::new();
    loop {
        match reader.next_item() {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return Ok((header, items)),
            // Nearly every changed file has a wrong checksum: what was read until then counts.
            Err(FileError::Decode(DecodeError::Checksum { .. })) => {
                for item in &items {
                    if let Item::Entry(entry) = item {
                        let _ = decode_object(entry.type_id(), entry.object(), header.version);
                    }
                }
                return Err(DecodeError::Checksum {
                    stored: 0,
                    computed: 0,
                }
                .into());
            }
            Err(error) => return Err(error),
        }
    }
}

/// A source that gives few bytes at a time.
struct Pieces<'a> {
    data: &'a [u8],
    step: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.step.min(self.data.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.data[..count]);
        self.data = &self.data[count..];
        self.step = self.step % 7 + 1;
        Ok(count)
    }
}

/// A value that a transform could make comes back from every version that can hold it.
fn roundtrip(data: &[u8]) {
    let mut choices = Choices(data);
    let value = choices.value();
    for version in [6, 9, 10, 11, 12, 13, 80] {
        let mut target = Target::new(Version(version));
        target.compress = choices.byte() & 1 == 1;
        if choices.byte() & 1 == 1 {
            target.thresholds.hash_max_listpack_entries = 2;
            target.thresholds.set_max_listpack_entries = 2;
            target.thresholds.set_max_intset_entries = 2;
            target.thresholds.zset_max_listpack_entries = 2;
            target.thresholds.list_max_listpack_size = 3;
            target.thresholds.stream_node_max_entries = 2;
        }
        comes_back(&value, &target);
    }
}

/// Bytes that choices are made from; zeros when they are used up.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u64 {
        let width = self.byte() % 9;
        (0..width).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn text(&mut self) -> Bytes {
        match self.byte() % 8 {
            0 => Bytes::from(self.number().cast_signed().to_string()),
            1 => Bytes::from((self.number() % 300).to_string()),
            2 => {
                let length = usize::from(self.byte()) * 40;
                Bytes::from(vec![self.byte(); length])
            }
            _ => {
                let length = usize::from(self.byte() % 24).min(self.0.len());
                let (text, rest) = self.0.split_at(length);
                self.0 = rest;
                Bytes::copy_from_slice(text)
            }
        }
    }

    fn some<T>(&mut self, most: u8, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.byte() % most;
        (0..count).map(|_| one(self)).collect()
    }

    fn value(&mut self) -> Value {
        match self.byte() % 6 {
            0 => Value::Text(self.text()),
            1 => Value::List(self.some(40, Self::text)),
            2 => Value::Set(self.some(40, Self::text).into_iter().collect()),
            3 => Value::SortedSet(self.collection(|choices| Scored {
                member: choices.text(),
                score: match choices.byte() % 4 {
                    0 => f64::from_bits(choices.number()),
                    1 => f64::from(choices.byte()) / 4.0,
                    2 => f64::INFINITY,
                    _ => f64::from(choices.byte().cast_signed()),
                },
            })),
            4 => Value::Hash(self.collection(|choices| HashField {
                name: choices.text(),
                value: choices.text(),
                expires_at: (choices.byte() % 5 == 0).then(|| choices.number() >> 20),
            })),
            _ => Value::Stream(Box::new(self.stream())),
        }
    }

    fn collection<T: remold_host_api::Named>(
        &mut self,
        one: impl FnMut(&mut Self) -> T,
    ) -> Collection<T> {
        self.some(40, one).into_iter().collect()
    }

    fn id(&mut self, last: &mut StreamId) -> StreamId {
        last.ms += self.number() >> 16;
        last.seq += 1 + u64::from(self.byte());
        *last
    }

    fn stream(&mut self) -> StreamValue {
        let mut last = StreamId::default();
        let entries = self.some(20, |choices| StreamEntry {
            id: choices.id(&mut last),
            fields: choices.some(4, |choices| (choices.text(), choices.text())),
        });
        let ids: Vec<StreamId> = entries.iter().map(|entry| entry.id).collect();
        let mut groups = self.some(3, |choices| choices.group(&ids));
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        groups.dedup_by(|a, b| a.name == b.name);
        StreamValue {
            entries_added: ids.len() as u64 + u64::from(self.byte()),
            max_deleted_id: StreamId::default(),
            last_id: self.id(&mut last),
            entries,
            groups,
            extension: None,
        }
    }

    fn group(&mut self, ids: &[StreamId]) -> ConsumerGroup {
        let mut consumers = self.some(3, |choices| Consumer {
            name: choices.text(),
            seen_at: choices.number() >> 20,
            active_at: (choices.byte() & 1 == 0).then(|| choices.number() >> 20),
            pending: Vec::new(),
        });
        consumers.sort_by(|a, b| a.name.cmp(&b.name));
        consumers.dedup_by(|a, b| a.name == b.name);
        let mut pending = Vec::new();
        for id in ids {
            let owner = usize::from(self.byte());
            if let Some(consumer) = consumers.get_mut(owner) {
                consumer.pending.push(*id);
                pending.push(Pending {
                    id: *id,
                    delivered_at: self.number() >> 20,
                    deliveries: self.number() >> 20,
                });
            }
        }
        ConsumerGroup {
            name: self.text(),
            last_id: ids.last().copied().unwrap_or_default(),
            entries_read: (self.byte() & 1 == 0).then(|| u64::from(self.byte())),
            pending,
            consumers,
        }
    }
}
