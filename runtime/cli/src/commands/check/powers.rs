//! What a transform can do, as a table: keys it may touch, what of that is granted, and by which functions it does it.

use remold::host_api::Capability;
use remold::host_api::functions::HostFunction;
use remold::{Extent, Migration, Power};

use crate::paragraph::Put;
use crate::shapes::migration::{PowerShape, PowerWord};
use crate::style::{BOLD, FAINT, NOTE, paint};

/// The columns' names.
const HEADINGS: [&str; 4] = ["can", "keys", "granted", "code calls"];

/// The powers in the order in which they are shown, with what they let a transform do.
const POWERS: [(Capability, PowerWord, &str); 4] = [
    (Capability::Read, PowerWord::Read, "read other keys"),
    (Capability::Write, PowerWord::Write, "write other keys"),
    (Capability::Scan, PowerWord::Scan, "list keys"),
    (Capability::Backup, PowerWord::Backup, "take a backup"),
];

/// Lists what a migration's transform can do beyond its selected keys: a line for each pattern that is asked for, one
/// for each power of which nothing is.
pub(in crate::commands) fn shapes(
    migration: &Migration,
    calls: &[&HostFunction],
) -> Vec<PowerShape> {
    let asked = remold::powers(migration);
    let mut shapes = Vec::new();
    for (capability, word, _) in POWERS {
        let functions: Vec<String> = calls
            .iter()
            .filter(|function| function.capability == Some(capability))
            .map(|function| function.name.to_owned())
            .collect();
        let of_it = |power: &&Power| power.capability == capability;
        let before = shapes.len();
        shapes.extend(asked.iter().filter(of_it).map(|power| PowerShape {
            power: word,
            asked: true,
            keys: power.on.as_ref().map(ToString::to_string),
            within: match &power.extent {
                Extent::Whole => None,
                Extent::Within(grants) => Some(grants.iter().map(ToString::to_string).collect()),
            },
            functions: functions.clone(),
        }));
        if shapes.len() == before {
            shapes.push(PowerShape {
                power: word,
                asked: false,
                keys: None,
                within: None,
                functions,
            });
        }
    }
    shapes
}

/// Shows them as a table.
pub(super) fn table(migration: &Migration, shapes: &[PowerShape]) -> String {
    let select = &migration.spec().select;
    let kind = select
        .kind()
        .map_or_else(String::new, |kind| format!(", type {kind}"));
    let selected = match &select.keys {
        Some(keys) => format!("{} listed keys{kind}", keys.len()),
        None => format!("{}{kind}", select.match_),
    };
    let edit = [
        "edit or delete".to_owned(),
        selected,
        "selected".to_owned(),
        String::new(),
    ];
    let mut rows = vec![edit];
    for shape in shapes {
        let can = POWERS.iter().find(|(_, word, _)| *word == shape.power);
        rows.push([
            can.map_or("", |(_, _, can)| can).to_owned(),
            shape.keys.clone().unwrap_or_else(|| {
                let none = if shape.power == PowerWord::Backup {
                    ""
                } else {
                    "none"
                };
                none.to_owned()
            }),
            granted(shape),
            shape.functions.join(", "),
        ]);
    }
    let mut text = String::new();
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([HEADINGS[column].len()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: [&str; 4]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    text.line(format_args!("\n   {}", paint(BOLD, line(HEADINGS))));
    for row in &rows {
        let shown = line([&row[0], &row[1], &row[2], &row[3]]);
        let shown = match row[2].as_str() {
            "not asked for" => paint(FAINT, shown),
            granted if granted.starts_with("within") => paint(NOTE, shown),
            _ => shown,
        };
        text.line(format_args!("   {shown}"));
    }
    text
}

/// Says one of them in a sentence's part: `read plan:*, but only within plan:gold`.
pub(in crate::commands) fn sentence(shape: &PowerShape) -> String {
    let keys = shape.keys.as_deref().unwrap_or_default();
    let what = match shape.power {
        PowerWord::Read => "read",
        PowerWord::Write => "write",
        PowerWord::Scan => "list",
        PowerWord::Backup => return "take a backup".to_owned(),
    };
    match &shape.within {
        None => format!("{what} {keys}"),
        Some(grants) => format!("{what} {keys}, but only within {}", grants.join(", ")),
    }
}

fn granted(shape: &PowerShape) -> String {
    match (&shape.within, shape.asked) {
        (_, false) => "not asked for".to_owned(),
        (None, true) => "yes".to_owned(),
        (Some(grants), true) => format!("within {}", grants.join(", ")),
    }
}
