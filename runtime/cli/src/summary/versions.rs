//! What a migration between versions did, or would do, for people.

use crate::diff::quote::name;
use crate::figures::number;
use crate::paragraph::Put;
use crate::shapes::versions::{VersionsShape, ViolationsShape};
use crate::style::{BOLD, FAINT, NOTE, paint};

/// So many rules are shown.
const SHOWN: usize = 10;

/// Writes the ways with their records, the steps, and what breaks the schemas.
pub(crate) fn versions(shape: &VersionsShape) -> String {
    let mut text = format!(
        "{}\n",
        paint(
            BOLD,
            format!("Versions of {}, to {}", shape.subject, shape.to)
        )
    );
    for way in &shape.ways {
        let steps = paint(FAINT, way.steps.join(", "));
        let versions = way.versions.join(" → ");
        text.line(format_args!(
            "  {versions:<34}{:>12}  {steps}",
            number(way.records)
        ));
    }
    if shape.already > 0 {
        let already = format!("already at {}", shape.to);
        text.line(format_args!("  {already:<34}{:>12}", number(shape.already)));
    }
    if shape.steps.len() > 1 {
        text.line(format_args!("{}", paint(BOLD, "Steps")));
        for step in &shape.steps {
            let rejected = match step.rejected {
                0 => String::new(),
                rejected => paint(NOTE, format!("  {} rejected", number(rejected))),
            };
            let what = format!("{}, to {}", step.migration, step.to);
            text.line(format_args!(
                "  {what:<34}{:>12}{rejected}",
                number(step.records)
            ));
        }
    }
    violations(&mut text, &shape.violations);
    text
}

fn violations(text: &mut String, all: &[ViolationsShape]) {
    for (side, title) in [
        ("source", "Not valid as found, by rule, with examples"),
        (
            "target",
            "Not valid as a transform made it, by rule, with examples",
        ),
    ] {
        let mut rules: Vec<&ViolationsShape> = all.iter().filter(|one| one.side == side).collect();
        if rules.is_empty() {
            continue;
        }
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.count));
        text.line(format_args!("{}", paint(NOTE, title)));
        for rule in rules.iter().take(SHOWN) {
            let count = number(rule.count);
            text.line(format_args!("  {count:>12}  {} {}", rule.schema, rule.rule));
            for example in rule.examples.iter().take(2) {
                let place = match example.pointer.as_str() {
                    "" => String::new(),
                    pointer => format!("{}: ", name(pointer.as_bytes())),
                };
                let message = name(example.message.as_bytes());
                let line = format!("                {}  {place}{message}", example.key);
                text.line(format_args!("{}", paint(FAINT, line)));
            }
        }
        let more = rules.len().saturating_sub(SHOWN);
        if more > 0 {
            let line = format!("  and {more} more rules; --output json lists all");
            text.line(format_args!("{}", paint(FAINT, line)));
        }
    }
}
