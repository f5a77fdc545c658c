//! A script that is begun, in Python.

use std::fmt::Write as _;

use super::edits::no_way_back;
use super::steps::{self, Idiom, Makes, Piece, Place, Reads, Rejection, Step};
use super::words::{self, one_line};
use super::{Edit, Held, about};
use crate::definition::Definition;

struct Python;

/// Writes the script.
pub(super) fn script(way: (&Definition, &Definition), edits: &[Edit], reverts: bool) -> String {
    let (there, back) = steps::both_ways(way, edits, reverts);
    let mut functions = function("migrate", "", &there);
    if let Some(back) = back {
        let about =
            "    \"\"\"The way back, for records that the application has written since.\"\"\"\n";
        functions.push_str("\n\n");
        functions.push_str(&function("revert", about, &back));
    } else {
        let _ = write!(functions, "\n\n# {}\n", one_line(&no_way_back(edits)));
    }
    let mut text = format!(
        "\"\"\"{}\"\"\"\n\n",
        one_line(&about(way.0, way.1))
            .replace('\\', "/")
            .replace('"', "'")
    );
    if functions.contains("re.fullmatch(") {
        text.push_str("import re\n");
    }
    if functions.contains(": dict[str, Any]") {
        text.push_str("from typing import Any\n");
    }
    if text.contains("import ") {
        text.push('\n');
    }
    let used = ["Reject", "from_json", "hash_value", "text_value", "to_json"];
    let used = used
        .iter()
        .filter(|name| functions.contains(&format!("{name}(")));
    let mut names = vec!["Record"];
    names.extend(used);
    let _ = write!(
        text,
        "from remold_transform import {}\n\n\n{functions}",
        names.join(", ")
    );
    text
}

fn function(name: &str, about: &str, steps: &[Step]) -> String {
    let mut body = steps::body::<Python>(steps);
    if steps.iter().all(|step| matches!(step, Step::Comment(_))) {
        body.push_str("    return\n");
    }
    format!("def {name}(rec: Record) -> None:\n{about}{body}")
}

impl Idiom for Python {
    const COMMENT: &'static str = "#";
    const INDENT: &'static str = "    ";

    fn lines(step: &Step) -> String {
        match step {
            Step::Comment(_) | Step::Offer(..) => String::new(),
            Step::Reject(rejection) => reject(rejection),
            Step::Open(Held::Document) => "it = rec.json".to_owned(),
            Step::Open(_) => "it = rec.hash".to_owned(),
            Step::Gather(names) => gather(names),
            Step::Spread => SPREAD.to_owned(),
            Step::Rename(from, to) => rename(from, to),
            Step::Cast(place, reads, makes) => cast(place, *reads, makes),
            Step::Fill(place, value) => {
                format!(
                    "if {} not in it:\n\t{}",
                    quoted(place.name()),
                    put(place, &quoted(value))
                )
            }
            Step::Set(place, value) => put(place, &quoted(value)),
            Step::Remove(place) => format!("it.discard({})", quoted(place.name())),
            Step::Require(place, rejection) => {
                format!(
                    "if {} not in it:\n\t{}",
                    quoted(place.name()),
                    reject(rejection)
                )
            }
            Step::Expire(most) => {
                format!("if rec.ttl is None:\n\trec.ttl = {most}  # milliseconds")
            }
            Step::Shorten(most) => format!(
                "if rec.ttl is not None and rec.ttl > {most}:\n\trec.ttl = {most}  # milliseconds"
            ),
            Step::Persist => "rec.expires_at = None".to_owned(),
            Step::Rekey(parts, pieces) => {
                let expression = steps::expression(parts, "((?s:.+))");
                // `fullmatch` is anchored already, and `$` of Python lets a line's end through.
                let expression = &expression[1..expression.len() - 1];
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => quoted(text),
                    Piece::Capture(at) => format!("parts[{}]", at + 1),
                });
                let pieces: Vec<String> = pieces.collect();
                format!(
                    "parts = re.fullmatch({}, rec.key)\nif parts is None:\n\t{}\nrec.rename({})",
                    raw(expression),
                    reject(&steps::no_such_key()),
                    pieces.join(" + ")
                )
            }
        }
    }
}

/// Makes fields of the members.
const SPREAD: &str = "fields: dict[str, str] = {}
for name, value in it[\"\"].items():
\tif value is None:
\t\tcontinue  # a field that is not there says the same
\tfields[name] = value if isinstance(value, str) else to_json(value)  # numbers as they were written
rec.value = hash_value(fields)";

/// Makes members of the fields.
fn gather(names: &[String]) -> String {
    let mut text = "members: dict[str, Any] = dict(rec.hash.items())\n".to_owned();
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _ = write!(
            text,
            "for name in [{}]:\n\tif name in members:\n\t\tmembers[name] = from_json(members[name])\n",
            names.join(", ")
        );
    }
    text.push_str("rec.value = text_value(to_json(members))");
    text
}

fn rename(from: &Place, to: &Place) -> String {
    let (old, new) = (quoted(from.name()), quoted(to.name()));
    match from {
        Place::Field(_) => format!("it.rename({old}, {new})"),
        Place::Pointer(_) => format!(
            "if (value := it.get_text({old})) is not None:\n\tit.set_text({new}, value)\n\tit.discard({old})"
        ),
    }
}

fn cast(place: &Place, reads: Reads, makes: &Makes) -> String {
    let name = quoted(place.name());
    let (read, is_there) = match reads {
        Reads::Source => (
            format!("it.get_text({name})"),
            "text is not None and text != \"null\"",
        ),
        Reads::Field | Reads::Text => (format!("it.get({name})"), "text is not None"),
    };
    let inner = match makes {
        Makes::Text => format!("\tit[{name}] = text"),
        Makes::Number { is_whole, or } => {
            let pattern = if *is_whole {
                steps::INTEGER
            } else {
                steps::NUMBER
            };
            let pattern = raw(&pattern[1..pattern.len() - 1]);
            let mut inner = format!(
                "\tif re.fullmatch({pattern}, text) is None:\n\t\t{}",
                reject(or)
            );
            if reads == Reads::Text {
                let _ = write!(inner, "\n\t{}", put(place, "text"));
            }
            inner
        }
        Makes::OneOrZero => {
            format!("\t{}", put(place, "\"1\" if text == \"true\" else \"0\""))
        }
        Makes::TrueOrFalse(or) => format!(
            "\tif text not in (\"true\", \"1\", \"false\", \"0\"):\n\t\t{}\n\t{}",
            reject(or),
            put(
                place,
                "\"true\" if text in (\"true\", \"1\") else \"false\""
            )
        ),
    };
    format!("text = {read}\nif {is_there}:\n{inner}")
}

/// Writes that a member becomes what an expression says, as it is written.
fn put(place: &Place, value: &str) -> String {
    match place {
        Place::Field(name) => format!("it[{}] = {value}", quoted(name)),
        Place::Pointer(pointer) => format!("it.set_text({}, {value})", quoted(pointer)),
    }
}

fn reject(rejection: &Rejection) -> String {
    let (code, message) = (quoted(&rejection.code), quoted(&rejection.message));
    format!("raise Reject({code}, {message})")
}

fn quoted(text: &str) -> String {
    words::quoted(text, false)
}

/// Writes an expression without a second backslash for each, if that is possible.
fn raw(expression: &str) -> String {
    if words::has_only_backslashes(expression) {
        format!("r\"{expression}\"")
    } else {
        quoted(expression)
    }
}
