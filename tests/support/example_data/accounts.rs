//! People and what they are signed in to: users, sessions, teams.

use remold_host_api::Entry;

use super::{DAY, TODAY, entry, expiring, hash, list, pick, set, text};

pub(super) const FIRST: [&str; 16] = [
    "Ada",
    "Björn",
    "Chiara",
    "Dmitri",
    "Élodie",
    "Femi",
    "Grace",
    "Hiro",
    "Inês",
    "Jamal",
    "Katarzyna",
    "Lupe",
    "Mehmet",
    "Nadia",
    "Oluwaseun",
    "Priya",
];
pub(super) const LAST: [&str; 16] = [
    "Lovelace",
    "Åkesson",
    "Romano",
    "Ivanov",
    "Dubois",
    "Adeyemi",
    "Hopper",
    "Tanaka",
    "Sousa",
    "Okafor",
    "Nowak",
    "García Márquez",
    "Yılmaz",
    "van den Berg",
    "O'Brien",
    "Raman",
];
const PLANS: [&str; 3] = ["free", "team", "enterprise"];

/// 120 users; keys under the same prefix that are none of the story's business.
pub(super) fn users() -> Vec<Entry> {
    let mut entries = Vec::new();
    for number in 1..=120 {
        let name = format!("{} {}", pick(&FIRST, number), pick(&LAST, number * 7));
        let email = format!("user{number}@example.com");
        let plan = pick(&PLANS, number);
        let user = match number {
            // The application's new version has written this one already.
            17 => hash(&[
                ("first", "Grace"),
                ("last", "Hopper"),
                ("email", &email),
                ("plan", plan),
            ]),
            // A name that cannot be split, and one that is missing.
            42 => hash(&[("name", "Cher"), ("email", &email), ("plan", plan)]),
            77 => hash(&[("email", &email), ("plan", plan)]),
            _ => hash(&[("name", &name), ("email", &email), ("plan", plan)]),
        };
        let user = entry(format!("user:{number}"), user);
        // Accounts on trial go away by themselves.
        entries.push(if number % 10 == 0 {
            expiring(user, number)
        } else {
            user
        });
        if number % 8 == 0 {
            entries.push(entry(
                format!("user:{number}:prefs"),
                hash(&[("theme", "dark"), ("name", "left alone")]),
            ));
        }
    }
    entries.push(entry("user:count", text("120")));
    entries.push(entry(
        "users:online",
        set((1..=9).map(|number| format!("user:{number}"))),
    ));
    entries
}

/// 80 sessions as JSON; some are hashes already.
pub(super) fn sessions() -> Vec<Entry> {
    const DEVICES: [&str; 3] = ["phone", "laptop", "tablet"];
    let mut entries = Vec::new();
    for number in 1..=80_usize {
        let seen = TODAY - number as u64 * DAY / 7;
        let json = match number {
            33 => r#"{"user":"user:33","device":"lap"#.to_owned(),
            58 => r#"["user:58","phone"]"#.to_owned(),
            _ => format!(
                r#"{{"user": "user:{number}", "device": "{}", "seen": {seen}, "score": {}.50, "admin": {}, "roles": ["reader"{}], "note": null}}"#,
                pick(&DEVICES, number),
                number % 5,
                number % 9 == 0,
                if number % 2 == 0 { r#", "writer""# } else { "" },
            ),
        };
        let session = entry(format!("session:{number:04x}"), text(json));
        entries.push(if number % 4 == 0 {
            session
        } else {
            expiring(session, number)
        });
    }
    entries.push(entry(
        "session:new",
        hash(&[("user", "user:99"), ("device", "phone")]),
    ));
    entries.push(entry(
        "session:index",
        list(["session:0001", "session:0002"]),
    ));
    entries
}

/// 120 customers at three versions: the oldest as JSON, younger ones as hashes, the youngest with their version in it.
pub(super) fn customers() -> Vec<Entry> {
    let mut entries = Vec::new();
    for number in 1..=120_usize {
        let (first, last) = (pick(&FIRST, number), pick(&LAST, number * 7));
        let name = match number {
            42 => "Cher".to_owned(),
            _ => format!("{first} {last}"),
        };
        let email = format!("customer{number}@example.com");
        let since = format!(
            "20{}-{:02}-{:02}",
            16 + number / 15,
            number * 5 % 12 + 1,
            number * 11 % 28 + 1
        );
        let points = (number * 35 % 400).to_string();
        let customer = match number {
            77 => hash(&[("name", &name), ("mail", &email)]),
            1..=60 => text(format!(
                r#"{{"name": "{name}", "mail": "{email}", "since": "{since}"}}"#
            )),
            61..=100 => hash(&[("name", &name), ("email", &email), ("since", &since)]),
            _ => hash(&[
                ("v", "3"),
                ("first", first),
                ("last", last),
                ("email", &email),
                ("since", &since),
                ("points", &points),
            ]),
        };
        let customer = entry(format!("customer:{number}"), customer);
        entries.push(if number % 10 == 0 {
            expiring(customer, number)
        } else {
            customer
        });
    }
    entries.push(entry("customer:newest", text("120")));
    entries
}

/// 40 members of teams, one of them of none.
pub(super) fn teams() -> Vec<Entry> {
    const TEAMS: [&str; 5] = ["atlas", "borealis", "cygnus", "draco", "eridanus"];
    let mut entries = Vec::new();
    for number in 1..=40 {
        let name = pick(&FIRST, number);
        let team = if number == 13 {
            ""
        } else {
            pick(&TEAMS, number)
        };
        let joined = format!(
            "2025-{:02}-{:02}",
            number * 5 % 12 + 1,
            number * 11 % 28 + 1
        );
        let member = hash(&[("name", name), ("team", team), ("joined", &joined)]);
        let member = entry(format!("member:{number}"), member);
        entries.push(if number % 9 == 0 {
            expiring(member, number)
        } else {
            member
        });
    }
    entries.push(entry("team:borealis", set(["member:900"])));
    entries.push(entry("member:count", text("40")));
    entries
}
