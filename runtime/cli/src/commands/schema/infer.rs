//! `remold schema infer`: schemas proposed for the keys that a target has.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use remold::host_api::Pattern;
use remold::schema::infer::{FieldProposal, FieldType, Inferred, Options, Proposal};
use remold::{Browsed, Control, Survey};

use super::Answer;
use crate::arguments::InferArguments;
use crate::exit::Exit;
use crate::figures::{count, number, percent, share, span};
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::shapes::survey::{InferShape, LoneShape, ProposalShape, SeenShape};
use crate::signals;
use crate::style::{BOLD, FAINT, NAME, NOTE, paint};

/// So many places in the values of a pattern are shown; all are in the JSON.
const FIELDS: usize = 40;
/// So many lone keys are shown.
const LONE: usize = 10;
/// So many variants and counter-examples are shown.
const SHOWN: usize = 8;
/// The widest column.
const WIDEST: usize = 40;

/// Proposes schemas.
pub(super) fn infer(arguments: &InferArguments) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    let survey = Survey {
        pattern: Pattern::new(arguments.pattern.clone()),
        sample: arguments.sample,
        ..Survey::default()
    };
    let control = Control::new();
    let progress = Progress::start(&control, Changes::none());
    signals::stop_by_signal(
        &control,
        "stopping: what was seen so far is told; again to exit at once",
    );
    let found = remold::infer(
        &target,
        &survey,
        Options::default(),
        &control,
        progress.observer(),
    );
    drop(progress.finish());
    let (inferred, browsed) = found?;
    let written = match &arguments.out {
        Some(folder) => write(folder, arguments, &inferred)?,
        None => Written::default(),
    };
    let text = text(&target.name(), arguments, &inferred, &browsed, &written);
    let shape = InferShape {
        target: target.name(),
        looked: SeenShape::from(&browsed),
        proposals: inferred
            .proposals
            .iter()
            .map(|proposal| ProposalShape::new(proposal, &arguments.version))
            .collect(),
        lone: inferred.lone.iter().map(LoneShape::from).collect(),
        lone_keys: inferred.lone_records,
        notes: inferred.notes.clone(),
        written: shown(&written.made),
        kept: shown(&written.kept),
    };
    let exit = if browsed.stopped {
        Exit::Interrupted
    } else {
        Exit::Success
    };
    Ok(Answer::new(exit, text, &shape))
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    let shown = paths.iter().map(|path| path.display().to_string());
    shown.collect()
}

/// What became of the drafts.
#[derive(Default)]
struct Written {
    made: Vec<PathBuf>,
    kept: Vec<PathBuf>,
}

fn write(
    folder: &Path,
    arguments: &InferArguments,
    inferred: &Inferred,
) -> Result<Written, Report> {
    let mut written = Written::default();
    for proposal in &inferred.proposals {
        let Some(text) = proposal.to_yaml(&arguments.version) else {
            continue;
        };
        let folder = folder.join(&proposal.subject);
        std::fs::create_dir_all(&folder).map_err(|error| Report::file(&folder, &error))?;
        let path = folder.join(format!("{}.yaml", arguments.version));
        let file = std::fs::File::options()
            .write(true)
            .create_new(true)
            .open(&path);
        match file {
            Ok(mut file) => {
                file.write_all(text.as_bytes())
                    .map_err(|error| Report::file(&path, &error))?;
                written.made.push(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                written.kept.push(path);
            }
            Err(error) => return Err(Report::file(&path, &error)),
        }
    }
    Ok(written)
}

fn text(
    target: &str,
    arguments: &InferArguments,
    inferred: &Inferred,
    browsed: &Browsed,
    written: &Written,
) -> String {
    let mut text = String::new();
    let patterns = inferred.proposals.len() as u64;
    text.line(format_args!(
        "{} among {} on {target}",
        paint(BOLD, count(patterns, "pattern")),
        super::looked(browsed),
    ));
    text.push_str(&super::passed(browsed));
    for note in &inferred.notes {
        text.line(format_args!("  {}: {note}", paint(NOTE, "note")));
    }
    for proposal in &inferred.proposals {
        text.push('\n');
        show(&mut text, proposal);
    }
    lone(&mut text, inferred);
    if let Some(folder) = &arguments.out {
        let kept = match written.kept.len() {
            0 => String::new(),
            kept => format!(
                "; {} there already and left as they are",
                number(kept as u64)
            ),
        };
        text.line(format_args!(
            "\nwrote {} to {}{kept}",
            count(written.made.len() as u64, "draft"),
            paint(NAME, folder.display())
        ));
    } else if patterns > 0 {
        let more = "--out FOLDER writes the drafts; --output json tells everything";
        text.line(format_args!("\n{}", paint(FAINT, more)));
    }
    text
}

fn show(text: &mut String, proposal: &Proposal) {
    let encoding = match proposal.encoding {
        Some(encoding) if encoding.to_string() != "text" => format!("text of {encoding}"),
        Some(_) => "text".to_owned(),
        None => proposal.redis_type.to_string(),
    };
    text.line(format_args!(
        "{}  {}",
        paint(BOLD, &proposal.subject),
        paint(NAME, &proposal.pattern)
    ));
    text.line(format_args!(
        "  {}; {encoding}; {}; confidence {}",
        count(proposal.records, "key"),
        expiry(proposal),
        percent(proposal.confidence)
    ));
    let fields: Vec<&FieldProposal> = proposal
        .fields
        .iter()
        .filter(|field| says_something(field, proposal))
        .collect();
    let rows: Vec<[String; 4]> = fields.iter().take(FIELDS).map(|field| row(field)).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0).min(WIDEST)
    };
    let (place, presence, types) = (width(0), width(1), width(2));
    for row in &rows {
        let line = format!(
            "    {:<place$}  {:>presence$}  {:<types$}  {}",
            row[0], row[1], row[2], row[3]
        );
        text.line(format_args!("{}", line.trim_end()));
    }
    if fields.len() > FIELDS {
        let more = format!(
            "and {} more",
            count((fields.len() - FIELDS) as u64, "place")
        );
        text.line(format_args!("    {}", paint(FAINT, more)));
    }
    variants(text, proposal);
    for example in proposal.counter_examples.iter().take(SHOWN) {
        let place = if example.pointer.is_empty() {
            String::new()
        } else {
            format!("{}: ", remold::escape(example.pointer.as_bytes()))
        };
        let such = example.keys.first().map_or_else(String::new, |key| {
            format!(", such as {}", remold::escape(key))
        });
        text.line(format_args!(
            "  {} {}  {place}{}{such}",
            paint(NOTE, "refused"),
            number(example.count),
            example.problem
        ));
    }
    more(text, proposal.counter_examples.len());
    for note in &proposal.notes {
        text.line(format_args!("  {}: {note}", paint(NOTE, "note")));
    }
}

fn variants(text: &mut String, proposal: &Proposal) {
    let widest = proposal.variants.first().map_or(0, |variant| variant.count);
    let width = number(widest).len();
    for variant in proposal.variants.iter().take(SHOWN) {
        let mut what = match &variant.version {
            Some(version) => format!("version {}", remold::escape(version.as_bytes())),
            None => String::new(),
        };
        if !variant.distinguished_by.is_empty() {
            let joined = variant.distinguished_by.join(", ");
            let with = format!("with {}", remold::escape(joined.as_bytes()));
            what = [what, with]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
        }
        if what.is_empty() {
            "with nothing of the others".clone_into(&mut what);
        }
        let such = variant.examples.first().map_or_else(String::new, |key| {
            format!(", such as {}", remold::escape(key))
        });
        text.line(format_args!(
            "  {} {:>width$}: {what}{such}",
            paint(NAME, "variant"),
            number(variant.count)
        ));
    }
    more(text, proposal.variants.len());
    if let Some(field) = &proposal.version_field {
        let values: Vec<String> = field
            .values
            .iter()
            .take(SHOWN)
            .map(|(value, records)| {
                format!(
                    "{} ({})",
                    remold::escape(value.as_bytes()),
                    number(*records)
                )
            })
            .collect();
        text.line(format_args!(
            "  {} {}: {}",
            paint(NAME, "version field"),
            field.name,
            values.join(", ")
        ));
    }
}

fn more(text: &mut String, all: usize) {
    if all > SHOWN {
        let more = format!("and {} more", all - SHOWN);
        text.line(format_args!("  {}", paint(FAINT, more)));
    }
}

/// An object that is always there, and the list of all elements, say nothing that is not said of what is inside.
fn says_something(field: &FieldProposal, proposal: &Proposal) -> bool {
    let is_always = field.required && field.count == field.of && field.expiring == 0;
    let is_root = field.pointer.is_empty() || field.pointer.ends_with('#');
    let is_known = match field.accepted[..] {
        [] | [FieldType::Object] => true,
        [FieldType::Array] => is_root,
        // The id of a stream's entry.
        _ => false,
    };
    !(is_always && is_known && proposal.fields.len() > 1)
}

fn row(field: &FieldProposal) -> [String; 4] {
    let presence = if field.required && field.count == field.of {
        "always".to_owned()
    } else {
        share(field.count, field.of)
    };
    let types: Vec<&str> = field.accepted.iter().map(|of| of.name()).collect();
    let mut types = types.join(" | ");
    if let Some(format) = field.format {
        types = format!("{types}, {format}");
    }
    let mut words = Vec::new();
    if field.is_enum {
        let values = field.values.iter().map(|(value, _)| value.as_str());
        words.push(values.collect::<Vec<_>>().join(" | "));
    } else if let Some(range) = field.range {
        words.push(if range.min.total_cmp(&range.max).is_eq() {
            range.min.to_string()
        } else {
            format!("{} to {}", range.min, range.max)
        });
    } else if let (Some((shortest, longest)), None) = (field.lengths, field.format) {
        words.push(if shortest == longest {
            count(longest as u64, "character")
        } else {
            format!("{shortest} to {}", count(longest as u64, "character"))
        });
    }
    words.extend(field.hint.map(str::to_owned));
    if field.expiring > 0 {
        words.push(format!("{} expire", number(field.expiring)));
    }
    let pointer = if field.pointer.is_empty() {
        "(the value)"
    } else {
        &field.pointer
    };
    [
        remold::escape(pointer.as_bytes()),
        presence,
        types,
        remold::escape(words.join("; ").as_bytes()),
    ]
}

fn expiry(proposal: &Proposal) -> String {
    let expiry = &proposal.expiry;
    let Some((shortest, longest)) = expiry.range else {
        return "no expiry".to_owned();
    };
    let left = format!("{} to {} left", span(shortest), span(longest));
    if expiry.without == 0 {
        format!("all expire, {left}")
    } else {
        format!(
            "{} expire, {left}",
            share(expiry.with, expiry.with + expiry.without)
        )
    }
}

fn lone(text: &mut String, inferred: &Inferred) {
    if inferred.lone_records == 0 {
        return;
    }
    text.line(format_args!(
        "\n{} like no others",
        paint(BOLD, count(inferred.lone_records, "key"))
    ));
    for lone in inferred.lone.iter().take(LONE) {
        let keys: Vec<String> = lone.keys.iter().map(|key| remold::escape(key)).collect();
        text.line(format_args!(
            "    {}  {}",
            keys.join(", "),
            paint(FAINT, &lone.redis_type)
        ));
    }
    if inferred.lone.len() > LONE {
        let more = format!("and {} more", inferred.lone.len() - LONE);
        text.line(format_args!("    {}", paint(FAINT, more)));
    }
}
