//! Values of each kind, made of a number.

use bytes::Bytes;
use remold::host_api::{HashField, Scored, Value};
use serde_json::json;

const FIRST: [&str; 8] = [
    "Ada", "Grace", "Barbara", "Edsger", "Donald", "Frances", "Ken", "Margaret",
];
const LAST: [&str; 8] = [
    "Lovelace", "Hopper", "Liskov", "Dijkstra", "Knuth", "Allen", "Thompson", "Hamilton",
];
const CITIES: [&str; 4] = ["London", "Lisbon", "Nairobi", "Kyoto"];

/// The fields of one item, in order.
fn fields(number: u64) -> [(&'static str, String); 8] {
    let [first, last] = name(number);
    [
        ("name", format!("{first} {last}")),
        (
            "email",
            format!("{}.{number}@example.com", first.to_lowercase()),
        ),
        ("city", pick(&CITIES, number).to_owned()),
        ("price", text_of(number)),
        (
            "legacy",
            format!("L-{:016}", number.wrapping_mul(2_654_435_761)),
        ),
        (
            "created",
            format!("2024-05-{:02}T10:22:{:02}Z", number % 28 + 1, number % 60),
        ),
        ("status", "active".to_owned()),
        ("tags", "new,gift,export".to_owned()),
    ]
}

/// A hash of 8 fields.
pub(super) fn hash(number: u64) -> Value {
    let fields = fields(number).into_iter().map(|(name, value)| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from(value),
        expires_at: None,
    });
    Value::Hash(fields.collect())
}

/// A JSON document of 2 KiB.
pub(super) fn json(number: u64) -> Value {
    let mut document = serde_json::Map::new();
    for (name, value) in fields(number) {
        document.insert(name.to_owned(), value.into());
    }
    let orders = (0..23_u64).map(|order| {
        json!({
            "id": number * 23 + order,
            "sku": format!("SKU-{:08}-{order:02}", number % 100_000_000),
            "quantity": order % 7 + 1,
            "total": text_of(number + order),
            "shipped": order % 3 == 0,
        })
    });
    document.insert("orders".to_owned(), orders.collect());
    Value::Text(Bytes::from(serde_json::Value::from(document).to_string()))
}

/// A price: `12.50`.
pub(super) fn price(number: u64) -> Bytes {
    Bytes::from(text_of(number))
}

/// A sorted set of 100 members.
pub(super) fn sorted_set(number: u64) -> Value {
    let members = (0..100_u32).map(|place| Scored {
        member: Bytes::from(format!("player-{}-{place}", number % 1000)),
        score: f64::from(place * 7 % 100),
    });
    Value::SortedSet(members.collect())
}

fn name(number: u64) -> [&'static str; 2] {
    [pick(&FIRST, number), pick(&LAST, number / 8)]
}

fn text_of(number: u64) -> String {
    format!("{}.{:02}", number % 998 + 1, number % 100)
}

fn pick(words: &[&'static str], number: u64) -> &'static str {
    let count = words.len() as u64;
    usize::try_from(number % count).map_or("", |place| words[place])
}
