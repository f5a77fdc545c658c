//! A script that is begun, in JavaScript.

use std::fmt::Write as _;

use super::edits::no_way_back;
use super::steps::{self, Idiom, Makes, Piece, Place, Reads, Rejection, Step};
use super::words::{self, one_line};
use super::{Edit, Held, about};
use crate::definition::Definition;

struct JavaScript;

/// Writes the script.
pub(super) fn script(way: (&Definition, &Definition), edits: &[Edit], reverts: bool) -> String {
    let (there, back) = steps::both_ways(way, edits, reverts);
    let mut functions = function("migrate", "", &there);
    functions.push('\n');
    if let Some(back) = back {
        let about = " * The way back, for records that the application has written since.\n";
        functions.push_str(&function("revert", about, &back));
    } else {
        let _ = writeln!(functions, "// {}", one_line(&no_way_back(edits)));
    }
    let used = ["hash", "pointer", "reject", "text"];
    let used = used.iter().filter(|name| {
        functions.contains(&format!(" {name}(")) || functions.contains(&format!("({name}("))
    });
    let names: Vec<&str> = used.copied().collect();
    let mut text = format!("// {}\n", one_line(&about(way.0, way.1)));
    if !names.is_empty() {
        let names = names.join(", ");
        let _ = writeln!(text, "import {{ {names} }} from \"remold-transform\";");
    }
    text.push('\n');
    text.push_str(&functions);
    text
}

fn function(name: &str, about: &str, steps: &[Step]) -> String {
    format!(
        "/**\n{about} * @param {{import(\"remold-transform\").Record}} record\n */\nexport function {name}(record) {{\n{}}}\n",
        steps::body::<JavaScript>(steps)
    )
}

impl Idiom for JavaScript {
    const COMMENT: &'static str = "//";
    const INDENT: &'static str = "  ";

    fn lines(step: &Step) -> String {
        match step {
            Step::Comment(_) | Step::Offer(..) => String::new(),
            Step::Reject(rejection) => reject(rejection),
            Step::Open(Held::Document) => "const it = record.json;".to_owned(),
            Step::Open(_) => "const it = record.hash;".to_owned(),
            Step::Gather(names) => gather(names),
            Step::Spread => SPREAD.to_owned(),
            Step::Rename(from, to) => rename(from, to),
            Step::Cast(place, reads, makes) => cast(place, *reads, makes),
            Step::Fill(place, value) => format!(
                "if (!it.has({})) {{\n\t{}\n}}",
                quoted(place.name()),
                put(place, &quoted(value))
            ),
            Step::Set(place, value) => put(place, &quoted(value)),
            Step::Remove(place) => format!("it.delete({});", quoted(place.name())),
            Step::Require(place, rejection) => format!(
                "if (!it.has({})) {{\n\t{}\n}}",
                quoted(place.name()),
                reject(rejection)
            ),
            Step::Expire(most) => {
                format!("if (record.ttl === null) {{\n\trecord.ttl = {most}; // milliseconds\n}}")
            }
            Step::Shorten(most) => format!(
                "if (record.ttl !== null && record.ttl > {most}) {{\n\trecord.ttl = {most}; // milliseconds\n}}"
            ),
            Step::Persist => "record.expiresAt = null;".to_owned(),
            Step::Rekey(parts, pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => quoted(text),
                    Piece::Capture(at) => format!("parts[{}]", at + 1),
                });
                let pieces: Vec<String> = pieces.collect();
                format!(
                    "const parts = {}.exec(record.key);\nif (parts === null) {{\n\t{}\n}}\nrecord.rename({});",
                    expression(&steps::expression(parts, "([^]+)")),
                    reject(&steps::no_such_key()),
                    pieces.join(" + ")
                )
            }
        }
    }
}

/// Makes fields of the members.
const SPREAD: &str = "const members = it.get();
if (typeof members !== \"object\" || members === null || Array.isArray(members)) {
\tthrow new TypeError(\"the document is no object\");
}
/** @type {[string, string][]} */
const fields = [];
for (const [name, value] of Object.entries(members)) {
\tif (value === null) {
\t\tcontinue; // a field that is not there says the same
\t}
\tfields.push([name, typeof value === \"string\" ? value : (it.source(pointer(name)) ?? \"\")]); // as it was written
}
record.value = hash(fields);";

/// Makes members of the fields.
fn gather(names: &[String]) -> String {
    let mut text = "const members = [];\nfor (const [name, value] of record.hash) {\n".to_owned();
    if names.is_empty() {
        text.push_str("\tmembers.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);\n");
    } else {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _ = write!(
            text,
            "\tlet source = JSON.stringify(value);\n\tif ([{}].includes(name)) {{\n\t\tJSON.parse(value); // fails where it is no JSON\n\t\tsource = value; // as it is written\n\t}}\n\tmembers.push(`${{JSON.stringify(name)}}:${{source}}`);\n",
            names.join(", ")
        );
    }
    text.push_str("}\nrecord.value = text(`{${members.join(\",\")}}`);");
    text
}

fn rename(from: &Place, to: &Place) -> String {
    let (old, new) = (quoted(from.name()), quoted(to.name()));
    match from {
        Place::Field(_) => format!("it.rename({old}, {new});"),
        Place::Pointer(_) => format!(
            "if (it.has({old})) {{\n\tit.setSource({new}, it.source({old}) ?? \"null\");\n\tit.delete({old});\n}}"
        ),
    }
}

fn cast(place: &Place, reads: Reads, makes: &Makes) -> String {
    let name = quoted(place.name());
    let (is_there, read) = match reads {
        Reads::Field => (format!("it.has({name})"), format!("it.get({name}) ?? \"\"")),
        Reads::Text => (
            format!("(it.get({name}) ?? null) !== null"),
            format!("it.get({name})"),
        ),
        Reads::Source => (
            format!("(it.source({name}) ?? \"null\") !== \"null\""),
            format!("it.source({name}) ?? \"\""),
        ),
    };
    let inner = match makes {
        Makes::Text => format!("\tit.set({name}, value);"),
        Makes::Number { is_whole, or } => {
            let pattern = if *is_whole {
                steps::INTEGER
            } else {
                steps::NUMBER
            };
            let mut inner = format!(
                "\tif (!/{pattern}/.test(value)) {{\n\t\t{}\n\t}}",
                reject(or)
            );
            if reads == Reads::Text {
                let _ = write!(inner, "\n\t{}", put(place, "value"));
            }
            inner
        }
        Makes::OneOrZero => {
            format!("\t{}", put(place, "value === \"true\" ? \"1\" : \"0\""))
        }
        Makes::TrueOrFalse(or) => format!(
            "\tif (![\"true\", \"1\", \"false\", \"0\"].includes(value)) {{\n\t\t{}\n\t}}\n\t{}",
            reject(or),
            put(
                place,
                "[\"true\", \"1\"].includes(value) ? \"true\" : \"false\""
            )
        ),
    };
    format!("if ({is_there}) {{\n\tconst value = {read};\n{inner}\n}}")
}

/// Writes that a member becomes what an expression says, as it is written.
fn put(place: &Place, value: &str) -> String {
    match place {
        Place::Field(name) => format!("it.set({}, {value});", quoted(name)),
        Place::Pointer(pointer) => format!("it.setSource({}, {value});", quoted(pointer)),
    }
}

fn reject(rejection: &Rejection) -> String {
    let (code, message) = (quoted(&rejection.code), quoted(&rejection.message));
    format!("return reject({code}, {message});")
}

fn quoted(text: &str) -> String {
    words::quoted(text, false)
}

/// Writes an expression between slashes, if that is possible. `u` takes characters for what they are, not for their halves.
fn expression(expression: &str) -> String {
    if words::has_only_backslashes(expression) && !expression.contains('/') {
        format!("/{expression}/u")
    } else {
        format!("new RegExp({}, \"u\")", quoted(expression))
    }
}
