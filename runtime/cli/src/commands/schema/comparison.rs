//! What lies between two versions, for people: on a terminal, and as Markdown for a comment on a change.

mod markdown;

use remold::manifest::Version;
use remold::schema::compare::{Bump, Change, Comparison, Mode, Severity, Verdict};
use serde_json::Value;

use crate::figures;
use crate::paragraph::{Put, wrap};
use crate::shapes::schema::comparison::word;
use crate::style::{BAD, BOLD, FAINT, GOOD, NAME, NOTE, Style, paint};

pub(super) use markdown::{code, heading, markdown, plain};

/// Of data that are shown no more characters are.
const MOST: usize = 160;

/// How wide the names of the verdicts are.
const HEAD: usize = 14;

/// How wide the words of severities are.
const SEVERITY: usize = 9;

/// A direction in which versions have to go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Backward,
    Forward,
}

impl Direction {
    const BOTH: [Self; 2] = [Self::Backward, Self::Forward];

    const fn name(self) -> &'static str {
        match self {
            Self::Backward => "old data",
            Self::Forward => "old readers",
        }
    }

    const fn of(self, comparison: &Comparison) -> &Verdict {
        match self {
            Self::Backward => &comparison.backward,
            Self::Forward => &comparison.forward,
        }
    }

    const fn strictly(self, comparison: &Comparison) -> Option<&Verdict> {
        match self {
            Self::Backward => comparison.strict_backward.as_ref(),
            Self::Forward => comparison.strict_forward.as_ref(),
        }
    }

    /// Says what a verdict means.
    const fn means(self, verdict: &Verdict) -> &'static str {
        match (verdict, self) {
            (Verdict::Holds, Self::Backward) => "stay valid",
            (Verdict::Holds, Self::Forward) => "read new data",
            (Verdict::Broken { .. }, _) => "break",
            (Verdict::Unknown { .. }, _) => "may break",
        }
    }
}

/// Writes a comparison for a terminal: both verdicts, the version's step, every change.
pub(super) fn text(comparison: &Comparison, old: &Version, new: &Version) -> String {
    let mut text = verdicts(comparison);
    let (is_enough, step) = step(comparison, old, new);
    let style = if is_enough { GOOD } else { BAD };
    text.line(format_args!("{:<HEAD$}{}", "version", paint(style, step)));
    if let Some(read) = strictness(comparison) {
        text.line(format_args!("{:<HEAD$}{}", "read", wrap(&read, HEAD)));
    }
    text.push('\n');
    text.push_str(&changes(comparison));
    text
}

/// Writes both verdicts for a terminal.
fn verdicts(comparison: &Comparison) -> String {
    let mut text = String::new();
    for direction in Direction::BOTH {
        let verdict = direction.of(comparison);
        let style = match (verdict, direction) {
            (Verdict::Holds, _) => GOOD,
            (Verdict::Broken { .. }, Direction::Backward) => BAD,
            _ => NOTE,
        };
        let means = paint(style, direction.means(verdict));
        text.put(format_args!("{:<HEAD$}{means}", direction.name()));
        match verdict {
            Verdict::Holds => text.push('\n'),
            Verdict::Broken { reason, witness } => {
                text.line(format_args!(": {}", wrap(reason, HEAD)));
                if !is_example(comparison, reason) {
                    continue;
                }
                text.line(format_args!(
                    "{:HEAD$}such as {}",
                    "",
                    paint(FAINT, short(witness))
                ));
            }
            Verdict::Unknown { reason } => text.line(format_args!(": {}", wrap(reason, HEAD))),
        }
    }
    text
}

/// Says which step a version takes and which one the change demands, and whether that is enough.
fn step(comparison: &Comparison, old: &Version, new: &Version) -> (bool, String) {
    let (demanded, taken) = (comparison.bump(), Bump::between(old, new));
    let step = |bump: Bump| format!("{} step", bump.word());
    let demands = match demanded {
        Bump::None => "nothing has changed".to_owned(),
        demanded => format!("the change demands {} one", demanded.word()),
    };
    if taken == Bump::None {
        return (false, format!("{new} does not follow {old}; {demands}"));
    }
    if taken == demanded {
        let text = format!("{new} takes {}, as the change demands", step(taken));
        return (true, text);
    }
    let text = format!("{new} takes {}; {demands}", step(taken));
    (taken > demanded, text)
}

/// Says in one line what breaks, and whether the version says so.
pub(super) fn brief(comparison: &Comparison, old: &Version, new: &Version) -> String {
    let both = Direction::BOTH.map(|direction| {
        let verdict = direction.of(comparison);
        format!("{} {}", direction.name(), direction.means(verdict))
    });
    let (_, step) = step(comparison, old, new);
    format!("{}; {step}", both.join(", "))
}

/// Says how open schemas were read, and what strict mode says where that is something else.
fn strictness(comparison: &Comparison) -> Option<String> {
    if comparison.mode == Mode::Strict {
        return Some("strictly: every value counts that a schema accepts".to_owned());
    }
    let strictly = Direction::BOTH.into_iter().filter_map(|direction| {
        let verdict = direction.strictly(comparison)?;
        let shown = match verdict {
            Verdict::Broken { witness, .. } => format!(", such as {}", short(witness)),
            Verdict::Unknown { reason } => format!(": {reason}"),
            Verdict::Holds => String::new(),
        };
        let (name, means) = (direction.name(), direction.means(verdict));
        Some(format!("{name} {means}{shown}"))
    });
    let strictly: Vec<String> = strictly.collect();
    (!strictly.is_empty()).then(|| {
        format!(
            "leniently: members that no version declares are taken for absent; strictly, {}",
            strictly.join("; ")
        )
    })
}

fn changes(comparison: &Comparison) -> String {
    let changes = &comparison.changes;
    if changes.is_empty() {
        return "no changes\n".to_owned();
    }
    let amount = figures::count(changes.len() as u64, "change");
    let mut text = format!("{}\n", paint(BOLD, amount));
    let kinds = changes.iter().map(|change| word(change.kind).len()).max();
    let kinds = kinds.unwrap_or_default();
    for change in sorted(changes) {
        let severity = format!("{:<SEVERITY$}", word(change.severity));
        text.line(format_args!(
            "{}{:<kinds$}  {}{}",
            paint(style_of(change.severity), severity),
            word(change.kind),
            paint(NAME, &change.path),
            paint(FAINT, from_to(change)),
        ));
        text.line(format_args!(
            "{:SEVERITY$}{}",
            "",
            wrap(&why(change), SEVERITY)
        ));
        if let Some(hint) = &change.hint {
            let hint = wrap(hint, SEVERITY + 6);
            text.line(format_args!(
                "{:SEVERITY$}{}{hint}",
                "",
                paint(NAME, "hint: ")
            ));
        }
    }
    text
}

/// Says what follows from a change. What strict mode says of it is said in a few words: the head of the comparison says what strict
/// mode is.
fn why(change: &Change) -> String {
    let (Some(strict), Some((why, _))) = (change.strict, change.why.split_once(" Strictly, "))
    else {
        return change.why.clone();
    };
    let both = [
        (Direction::Backward, strict.old_data),
        (Direction::Forward, strict.old_readers),
    ];
    let broken = both.iter().filter(|(_, answer)| !answer.is_no());
    let broken: Vec<&str> = broken.map(|(direction, _)| direction.name()).collect();
    let verb = if both.iter().any(|(_, answer)| answer.is_yes()) {
        "break"
    } else {
        "may break"
    };
    match broken.as_slice() {
        [] => format!("{why} Strictly, nothing breaks."),
        broken => format!("{why} Strictly, {} {verb}.", broken.join(" and ")),
    }
}

/// Says whether what shows a verdict is an example of data, and not what of the keys has changed.
fn is_example(comparison: &Comparison, reason: &str) -> bool {
    let mut beside = comparison
        .changes
        .iter()
        .filter(|change| !change.path.starts_with("/schema"));
    !beside.any(|change| change.why == reason)
}

/// Puts first what matters most; changes that matter alike stay in the order of the text.
fn sorted(changes: &[Change]) -> Vec<&Change> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse(change.severity));
    sorted
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Doubt | Severity::Warning => NOTE,
        Severity::Note => GOOD,
    }
}

/// Shows what was there and what is, where both are short: `  "a" → "b"`.
fn from_to(change: &Change) -> String {
    let shown = |value: &Value| {
        let text = value.to_string();
        (text.chars().count() <= 40).then_some(text)
    };
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => match (shown(old), shown(new)) {
            (Some(old), Some(new)) => format!("  {old} → {new}"),
            _ => String::new(),
        },
        (None, Some(new)) => shown(new).map_or_else(String::new, |new| format!("  {new}")),
        (Some(old), None) => shown(old).map_or_else(String::new, |old| format!("  was {old}")),
        (None, None) => String::new(),
    }
}

/// Writes data in one line of a readable length.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MOST {
        return text;
    }
    let cut: String = text.chars().take(MOST).collect();
    format!("{cut}…")
}
