//! Reads the payloads that lie beside this file, and spells values in their way.

use bytes::Bytes;
use remold_host_api::{ConsumerGroup, StreamValue, Value};
use remold_rdb::Version;

const FILES: [(&str, &str); 5] = [
    ("Redis 6.2", include_str!("redis-6.2.txt")),
    ("Redis 7.0", include_str!("redis-7.0.txt")),
    ("Redis 8.2", include_str!("redis-8.2.txt")),
    ("Valkey 8.0", include_str!("valkey-8.0.txt")),
    ("Valkey 9.1", include_str!("valkey-9.1.txt")),
];

/// A key that a server dumped.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) server: &'static str,
    pub(crate) name: String,
    pub(crate) type_id: u8,
    pub(crate) version: Version,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) compressed: bool,
    pub(crate) exact: bool,
    pub(crate) payload: Bytes,
    pub(crate) expect: Vec<String>,
}

/// Returns every case of every server.
pub(crate) fn cases() -> Vec<Case> {
    let cases = FILES.iter().flat_map(|(server, text)| {
        text.split("\n\n")
            .filter(|block| block.contains("case: "))
            .map(|block| case(server, block))
    });
    cases.collect()
}

fn case(server: &'static str, block: &str) -> Case {
    let mut case = Case {
        server,
        name: String::new(),
        type_id: 0,
        version: Version(0),
        settings: Vec::new(),
        compressed: false,
        exact: false,
        payload: Bytes::new(),
        expect: Vec::new(),
    };
    for line in block.lines() {
        if let Some(expected) = line.strip_prefix("  ") {
            case.expect.push(expected.to_owned());
            continue;
        }
        let Some((name, text)) = line.split_once(": ") else {
            continue;
        };
        match name {
            "case" => text.clone_into(&mut case.name),
            "type" => case.type_id = text.parse().expect("a type byte"),
            "settings" => {
                case.settings = text
                    .split(' ')
                    .filter_map(|setting| setting.split_once('='))
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
            }
            "compressed" => case.compressed = text == "yes",
            "exact" => case.exact = text == "yes",
            "payload" => case.payload = bytes(text),
            _ => {}
        }
    }
    let version = &case.payload[case.payload.len() - 10..][..2];
    case.version = Version(u16::from_le_bytes([version[0], version[1]]));
    case
}

fn bytes(hexadecimal: &str) -> Bytes {
    let digits = hexadecimal.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).expect("it is text");
        u8::from_str_radix(pair, 16).expect("it is hexadecimal")
    });
    digits.collect()
}

/// Spells a value in the lines of the files.
pub(crate) fn render(value: &Value, version: Version) -> Vec<String> {
    let mut lines: Vec<String> = match value {
        Value::Text(text) => return vec![format!("text {}", spell(text))],
        Value::List(elements) => elements.iter().map(|e| format!("  {}", spell(e))).collect(),
        Value::Set(members) => members.iter().map(|m| format!("  {}", spell(m))).collect(),
        Value::SortedSet(members) => members
            .iter()
            .map(|m| format!("  {} {:016x}", spell(&m.member), m.score.to_bits()))
            .collect(),
        Value::Hash(fields) => fields
            .iter()
            .map(|field| {
                let expiry = field.expires_at.map(|at| format!(" {at}"));
                let expiry = expiry.unwrap_or_default();
                format!("  {} {}{expiry}", spell(&field.name), spell(&field.value))
            })
            .collect(),
        Value::Stream(stream) => stream_lines(stream, version),
        Value::Opaque(opaque) => {
            let module = opaque.module.as_deref().unwrap_or_default();
            return vec![format!("opaque {module}")];
        }
    };
    if matches!(value, Value::Set(_) | Value::SortedSet(_) | Value::Hash(_)) {
        lines.sort();
    }
    lines.insert(0, value.kind().to_string());
    lines
}

fn stream_lines(stream: &StreamValue, version: Version) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in &stream.entries {
        let fields: Vec<String> = entry
            .fields
            .iter()
            .map(|(name, value)| format!("{} {}", spell(name), spell(value)))
            .collect();
        lines.push(format!("  entry {} {}", entry.id, fields.join(" ")));
    }
    lines.push(format!("  last {}", stream.last_id));
    if version >= Version(10) {
        lines.push(format!("  deleted {}", stream.max_deleted_id));
        lines.push(format!("  added {}", stream.entries_added));
    }
    for group in &stream.groups {
        group_lines(group, &mut lines);
    }
    lines
}

fn group_lines(group: &ConsumerGroup, lines: &mut Vec<String>) {
    let optional = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let read = optional(group.entries_read);
    lines.push(format!(
        "  group {} {} {read}",
        spell(&group.name),
        group.last_id
    ));
    for pending in &group.pending {
        let owner = group
            .consumers
            .iter()
            .find(|consumer| consumer.pending.contains(&pending.id))
            .map(|consumer| spell(&consumer.name))
            .unwrap_or_default();
        lines.push(format!(
            "    pending {} {owner} {} {}",
            pending.id, pending.delivered_at, pending.deliveries
        ));
    }
    for consumer in &group.consumers {
        lines.push(format!(
            "    consumer {} {} {} {}",
            spell(&consumer.name),
            consumer.seen_at,
            optional(consumer.active_at),
            consumer.pending.len()
        ));
    }
}

/// Spells bytes: printable ones as they are, a long text by its beginning, length and FNV-1a hash.
fn spell(text: &[u8]) -> String {
    if text.len() > 60 {
        let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
        return format!("{}...{}:{hash:016x}", spell(&text[..8]), text.len());
    }
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    text.escape_ascii().to_string().replace(' ', "\\x20")
}
