//! A script that is begun, in Rust.

use std::fmt::Write as _;

use super::edits::no_way_back;
use super::steps::{self, Idiom, Makes, Piece, Place, Reads, Rejection, Step};
use super::words::{self, one_line};
use super::{Edit, Held, about};
use crate::definition::Definition;
use crate::key_pattern::{CaptureKind, Part};

struct Rust;

/// Writes the script.
pub(super) fn script(way: (&Definition, &Definition), edits: &[Edit], reverts: bool) -> String {
    let (there, back) = steps::both_ways(way, edits, reverts);
    let mut functions = function("migrate", &there);
    functions.push('\n');
    let exported = if let Some(back) = back {
        functions
            .push_str("/// The way back, for records that the application has written since.\n");
        functions.push_str(&function("revert", &back));
        "export!(migrate, revert);"
    } else {
        let _ = writeln!(functions, "// {}", one_line(&no_way_back(edits)));
        "export!(migrate);"
    };
    for (name, function) in [
        ("is_integer(", IS_INTEGER),
        ("is_number(", IS_NUMBER),
        ("take(", TAKE),
    ] {
        if functions.contains(name) {
            functions.push('\n');
            functions.push_str(function);
        }
    }
    let mut text = format!("//! {}\n\n", one_line(&about(way.0, way.1)));
    if functions.contains("Duration::") {
        text.push_str("use std::time::Duration;\n\n");
    }
    let mut names = vec!["Record", "Result"];
    for (call, name) in [
        ("Value::hash(", "Value"),
        ("Value::text(", "Value"),
        ("export!", "export"),
        ("reject(", "reject"),
        ("serde_json::", "serde_json"),
    ] {
        let is_used = call == "export!" || functions.contains(call);
        if is_used && !names.contains(&name) {
            names.push(name);
        }
    }
    let names = names.join(", ");
    let _ = write!(
        text,
        "use remold_transform::{{{names}}};\n\n{exported}\n\n{functions}"
    );
    text
}

fn function(name: &str, steps: &[Step]) -> String {
    let body = steps::body::<Rust>(steps);
    let ends_early = steps.iter().any(|step| matches!(step, Step::Reject(_)));
    let allowed = if ends_early {
        "#[expect(unreachable_code, reason = \"there is something left to do\")]\n"
    } else {
        ""
    };
    let record = if steps
        .iter()
        .all(|step| matches!(step, Step::Comment(_) | Step::Reject(_)))
    {
        "_record"
    } else {
        "record"
    };
    format!("{allowed}fn {name}({record}: &Record) -> Result {{\n{body}    Ok(())\n}}\n")
}

impl Idiom for Rust {
    const COMMENT: &'static str = "//";
    const INDENT: &'static str = "    ";

    fn lines(step: &Step) -> String {
        match step {
            Step::Comment(_) | Step::Offer(..) => String::new(),
            Step::Reject(rejection) => reject(rejection),
            Step::Open(Held::Document) => "let it = record.json();".to_owned(),
            Step::Open(_) => "let it = record.hash();".to_owned(),
            Step::Gather(names) => gather(names),
            Step::Spread => SPREAD.to_owned(),
            Step::Rename(from, to) => rename(from, to),
            Step::Cast(place, reads, makes) => cast(place, *reads, makes),
            Step::Fill(place, value) => format!(
                "if {} {{\n\t{}\n}}",
                is_missing(place),
                put(place, &quoted(value))
            ),
            Step::Set(place, value) => put(place, &quoted(value)),
            Step::Remove(place) => format!("it.remove({})?;", quoted(place.name())),
            Step::Require(place, rejection) => {
                format!("if {} {{\n\t{}\n}}", is_missing(place), reject(rejection))
            }
            Step::Expire(most) => format!(
                "if record.ttl().is_none() {{\n\trecord.set_ttl(Some(Duration::from_millis({most})))?;\n}}"
            ),
            Step::Shorten(most) => format!(
                "if record.ttl().is_some_and(|ttl| ttl > Duration::from_millis({most})) {{\n\trecord.set_ttl(Some(Duration::from_millis({most})))?;\n}}"
            ),
            Step::Persist => "record.set_expires_at(None)?;".to_owned(),
            Step::Rekey(parts, pieces) => rekey(parts, pieces),
        }
    }
}

/// Makes fields of the members.
const SPREAD: &str =
    "let members: serde_json::Map<String, serde_json::Value> = it.get(\"\")?.unwrap_or_default();
let mut fields = Vec::new();
for (name, value) in members {
\tlet pointer = format!(\"/{}\", name.replace('~', \"~0\").replace('/', \"~1\"));
\tlet value = match value {
\t\tserde_json::Value::Null => continue, // a field that is not there says the same
\t\tserde_json::Value::String(text) => text,
\t\t_ => it.get_raw(&pointer)?.unwrap_or_default(), // as it was written
\t};
\tfields.push((name, value));
}
record.set_value(&Value::hash(fields))?;";

const IS_INTEGER: &str = "/// Says whether a text is a whole number as JSON has it.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_short = digits == \"0\" || !digits.starts_with('0');
    is_short && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
";

const IS_NUMBER: &str = "/// Says whether a text is a number as JSON has it.
fn is_number(text: &str) -> bool {
    text.trim() == text && serde_json::from_str::<serde_json::Number>(text).is_ok()
}
";

const TAKE: &str = "/// Takes off the letters that are allowed, as many as leave `then` behind them; returns what comes after that too.
fn take<'k>(key: &'k str, allowed: fn(char) -> bool, then: &str) -> Option<(&'k str, &'k str)> {
    let most = key.find(|letter| !allowed(letter)).unwrap_or(key.len());
    let mut ends = (1..=most).rev();
    let end = ends.find(|&end| key.get(end..).is_some_and(|rest| rest.starts_with(then)))?;
    Some((&key[..end], &key[end + then.len()..]))
}
";

/// Makes members of the fields.
fn gather(names: &[String]) -> String {
    let mut text = "let mut members = Vec::new();\nfor field in record.hash().fields_text() {\n\tlet (name, text) = field?;\n".to_owned();
    if names.is_empty() {
        text.push_str("\tlet source = serde_json::to_string(&text)?;\n");
    } else {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _ = write!(
            text,
            "\tlet source = if [{}].contains(&name.as_str()) {{\n\t\tserde_json::from_str::<serde_json::Value>(&text)?; // fails where it is no JSON\n\t\ttext // as it is written\n\t}} else {{\n\t\tserde_json::to_string(&text)?\n\t}};\n",
            names.join(", ")
        );
    }
    text.push_str("\tmembers.push(format!(\"{}:{source}\", serde_json::to_string(&name)?));\n}\nrecord.set_value(&Value::text(format!(\"{{{}}}\", members.join(\",\"))))?;");
    text
}

fn rename(from: &Place, to: &Place) -> String {
    let (old, new) = (quoted(from.name()), quoted(to.name()));
    match from {
        Place::Field(_) => format!("it.rename({old}, {new})?;"),
        Place::Pointer(_) => format!(
            "if let Some(value) = it.get_raw({old})? {{\n\tit.set_raw({new}, &value)?;\n\tit.remove({old})?;\n}}"
        ),
    }
}

fn cast(place: &Place, reads: Reads, makes: &Makes) -> String {
    let name = quoted(place.name());
    let read = match reads {
        Reads::Field => format!("it.get_text({name})?"),
        Reads::Text => format!("it.get::<Option<String>>({name})?.flatten()"),
        Reads::Source => format!("it.get_raw({name})?.filter(|text| text != \"null\")"),
    };
    let inner = match makes {
        Makes::Text => format!("\tit.set({name}, &text)?;"),
        Makes::Number { is_whole, or } => {
            let check = if *is_whole { "is_integer" } else { "is_number" };
            let mut inner = format!("\tif !{check}(&text) {{\n\t\t{}\n\t}}", reject(or));
            if reads == Reads::Text {
                let _ = write!(inner, "\n\t{}", put(place, "&text"));
            }
            inner
        }
        Makes::OneOrZero => format!(
            "\tlet number = if text == \"true\" {{ \"1\" }} else {{ \"0\" }};\n\t{}",
            put(place, "number")
        ),
        Makes::TrueOrFalse(or) => format!(
            "\tlet boolean = match text.as_str() {{\n\t\t\"true\" | \"1\" => \"true\",\n\t\t\"false\" | \"0\" => \"false\",\n\t\t_ => {},\n\t}};\n\t{}",
            reject(or).trim_end_matches(';'),
            put(place, "boolean")
        ),
    };
    format!("if let Some(text) = {read} {{\n{inner}\n}}")
}

fn rekey(parts: &[Part], pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut count = 0;
    let mut rest = parts.iter().peekable();
    if let Some(Part::Literal(first)) = rest.peek() {
        let _ = writeln!(text, "\tlet rest = key.strip_prefix({})?;", quoted(first));
        rest.next();
    } else {
        text.push_str("\tlet rest = key.as_str();\n");
    }
    while let Some(part) = rest.next() {
        let Part::Capture { kind, .. } = part else {
            continue;
        };
        count += 1;
        // A literal ends before the next capture: two of them are one.
        let then = match rest.peek() {
            Some(Part::Literal(then)) => then.as_str(),
            _ => "",
        };
        let _ = writeln!(
            text,
            "\tlet (part_{count}, rest) = take(rest, {}, {})?;",
            allowed(*kind),
            quoted(then)
        );
    }
    let taken: Vec<String> = (1..=count).map(|number| format!("part_{number}")).collect();
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => quoted(text),
        Piece::Capture(at) => format!("parts[{at}]"),
    });
    let pieces: Vec<String> = pieces.collect();
    format!(
        "let key = record.key_text()?;\nlet parts = || -> Option<[&str; {count}]> {{\n{text}\trest.is_empty().then_some([{}])\n}};\nlet Some(parts) = parts() else {{\n\t{}\n}};\nrecord.rename([{}].concat())?;",
        taken.join(", "),
        reject(&steps::no_such_key()),
        pieces.join(", ")
    )
}

/// Writes which letters a capture takes.
fn allowed(kind: CaptureKind) -> &'static str {
    match kind {
        CaptureKind::Segment => "|letter| letter != ':'",
        CaptureKind::Uuid => "|letter| letter.is_ascii_hexdigit() || letter == '-'",
        CaptureKind::Integer => "|letter| letter.is_ascii_digit()",
        CaptureKind::Date => "|letter| letter.is_ascii_digit() || letter == '-'",
        CaptureKind::Slug => "|letter| letter.is_ascii_alphanumeric() || \"-_\".contains(letter)",
        CaptureKind::Hex => "|letter| letter.is_ascii_hexdigit()",
        CaptureKind::Any => "|_| true",
    }
}

fn is_missing(place: &Place) -> String {
    match place {
        Place::Field(name) => format!("!it.contains({})?", quoted(name)),
        Place::Pointer(pointer) => format!("it.get_raw({})?.is_none()", quoted(pointer)),
    }
}

/// Writes that a member becomes what an expression says, as it is written.
fn put(place: &Place, value: &str) -> String {
    match place {
        Place::Field(name) => format!("it.set({}, {value})?;", quoted(name)),
        Place::Pointer(pointer) => format!("it.set_raw({}, {value})?;", quoted(pointer)),
    }
}

fn reject(rejection: &Rejection) -> String {
    let (code, message) = (quoted(&rejection.code), quoted(&rejection.message));
    format!("return reject({code}, {message});")
}

fn quoted(text: &str) -> String {
    words::quoted(text, true)
}
