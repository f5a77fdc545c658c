//! Things in a row: jobs that wait, players by score, events as they came.

use remold_host_api::{
    Consumer, ConsumerGroup, Entry, Pending, StreamEntry, StreamId, StreamValue, Value,
};

use super::{DAY, TODAY, entry, expiring, list, pick, set, sorted_set, text};

const NICKS: [&str; 24] = [
    "ada", "bolt", "comet", "dusk", "echo", "flint", "gale", "haze", "iris", "jinx", "koi", "lynx",
    "moss", "nova", "onyx", "puck", "quartz", "rook", "sable", "tarn", "umber", "vesper", "wisp",
    "yarrow",
];

/// 60 queues of jobs as JSON.
pub(super) fn queues() -> Vec<Entry> {
    const KINDS: [&str; 4] = ["mail", "resize", "invoice", "export"];
    let mut entries = Vec::new();
    for number in 1..=60_usize {
        let jobs = (0..=number % 5).map(|place| {
            let (kind, added) = (pick(&KINDS, number + place), TODAY - (number + place) as u64 * 60_000);
            format!(r#"{{"id":{},"kind":"{kind}","to":"user{number}@example.com","at":{added},"tries":{}}}"#, number * 10 + place, place % 3)
        });
        let mut jobs: Vec<String> = jobs.collect();
        if number == 31 {
            // Somebody typed this one in by hand.
            jobs.push("resize user31.png".to_owned());
        }
        entries.push(entry(format!("queue:{number}"), list(jobs)));
    }
    entries.push(entry("queue:names", set(KINDS)));
    entries.push(entry("queue:paused", text("0")));
    entries
}

/// 30 leaderboards by nickname, and which player goes by which nickname.
pub(super) fn leaderboards() -> Vec<Entry> {
    let mut entries = Vec::new();
    for (number, nick) in NICKS.iter().enumerate() {
        entries.push(entry(
            format!("nick:{nick}"),
            text(format!("player:{}", 1000 + number * 7)),
        ));
    }
    for week in 1..=30_usize {
        let players = NICKS
            .iter()
            .enumerate()
            .filter(|(number, _)| (number + week) % 3 != 0);
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let mut scores: Vec<(String, f64)> = players
            .map(|(number, nick)| ((*nick).to_owned(), (number * week % 97 * 10) as f64 + 0.5))
            .collect();
        if week == 12 {
            scores.push(("nobody-knows-me".to_owned(), 123.0));
        }
        let board = entry(format!("board:2025-w{week:02}"), sorted_set(scores));
        entries.push(if week > 26 {
            expiring(board, week)
        } else {
            board
        });
    }
    entries.push(entry("board:current", text("board:2025-w30")));
    entries
}

/// 50 streams of events, some with a group of consumers that has work in hand.
pub(super) fn streams() -> Vec<Entry> {
    const KINDS: [&str; 4] = ["created", "renamed", "paid", "closed"];
    let mut entries = Vec::new();
    for account in 1..=50_u64 {
        let at = |place: u64| StreamId {
            ms: TODAY - (account * 10 - place) * DAY / 10,
            seq: place % 2,
        };
        let events = (0..=account % 6).map(|place| {
            let kind = pick(
                &KINDS,
                usize::try_from(account + place).expect("a small number"),
            );
            let mut fields = vec![
                ("evt".into(), kind.into()),
                ("usr".into(), format!("user:{account}").into()),
            ];
            if kind == "paid" {
                fields.push(("amt".into(), format!("{account}.50").into()));
            }
            StreamEntry {
                id: at(place),
                fields,
            }
        });
        let events: Vec<StreamEntry> = events.collect();
        let last_id = at(account % 6);
        let stream = StreamValue {
            groups: if account % 10 == 0 {
                vec![group(events[0].id)]
            } else {
                Vec::new()
            },
            entries_added: events.len() as u64,
            entries: events,
            last_id,
            ..StreamValue::default()
        };
        entries.push(entry(
            format!("events:{account}"),
            Value::Stream(Box::new(stream)),
        ));
    }
    entries.push(entry("events:next", text("51")));
    entries
}

fn group(delivered: StreamId) -> ConsumerGroup {
    ConsumerGroup {
        name: "billing".into(),
        last_id: delivered,
        entries_read: None,
        pending: vec![Pending {
            id: delivered,
            delivered_at: TODAY,
            deliveries: 1,
        }],
        consumers: vec![Consumer {
            name: "worker-1".into(),
            seen_at: TODAY,
            active_at: None,
            pending: vec![delivered],
        }],
    }
}
