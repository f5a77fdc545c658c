//! A script that is begun, in Go.

use std::fmt::Write as _;

use super::edits::no_way_back;
use super::steps::{self, Idiom, Makes, Piece, Place, Reads, Rejection, Step};
use super::words::{self, one_line};
use super::{Edit, Held, about};
use crate::definition::Definition;

/// Go, on the way there or `BACK`: expressions are compiled once, so that each way has the name of its own.
struct Go<const BACK: bool>;

/// Writes the script.
pub(super) fn script(way: (&Definition, &Definition), edits: &[Edit], reverts: bool) -> String {
    let (there, back) = steps::both_ways(way, edits, reverts);
    let mut variables = expressions::<false>(&there);
    let about_it = format!(
        "Migrate brings a record from {} to {}.",
        way.0.version(),
        way.1.version()
    );
    let mut functions = function::<false>("Migrate", &about_it, &there);
    functions.push('\n');
    let mut exports =
        "//go:wasmexport migrate\nfunc migrate(count uint32) { remold.Each(count, Migrate) }\n\n"
            .to_owned();
    if let Some(back) = back {
        variables.push_str(&expressions::<true>(&back));
        let about = "Revert is the way back, for records that the application has written since.";
        functions.push_str(&function::<true>("Revert", about, &back));
        exports.push_str(
            "//go:wasmexport revert\nfunc revert(count uint32) { remold.Each(count, Revert) }\n\n",
        );
    } else {
        let _ = writeln!(functions, "// {}", one_line(&no_way_back(edits)));
    }
    for (name, about, expression) in [
        ("wholeNumber", "whole numbers", steps::INTEGER),
        ("number", "numbers", steps::NUMBER),
    ] {
        if functions.contains(&format!("!{name}.MatchString(")) {
            let _ = write!(
                variables,
                "// {name} matches texts that are {about} as JSON has them.\nvar {name} = regexp.MustCompile({})\n\n",
                raw(expression)
            );
        }
    }
    let used = [
        ("errors", "errors."),
        ("regexp", "regexp."),
        ("time", "time."),
    ];
    let imports = used
        .iter()
        .filter(|(_, call)| functions.contains(call) || variables.contains(call))
        .fold(String::new(), |mut imports, (name, _)| {
            let _ = writeln!(imports, "\t\"{name}\"");
            imports
        });
    let gap = if imports.is_empty() { "" } else { "\n" };
    format!(
        "// {}\npackage main\n\nimport (\n{imports}{gap}\tremold \"github.com/remold/remold/sdk/go\"\n)\n\n{exports}func main() {{}}\n\n{variables}{functions}",
        one_line(&about(way.0, way.1))
    )
}

fn function<const BACK: bool>(name: &str, about: &str, steps: &[Step]) -> String {
    let body = steps::body::<Go<BACK>>(steps);
    format!("// {about}\nfunc {name}(rec *remold.Record) error {{\n{body}\treturn nil\n}}\n")
}

/// Writes the variable with the expression of the key, if the key gets another name.
fn expressions<const BACK: bool>(steps: &[Step]) -> String {
    let parts = steps.iter().find_map(|step| match step {
        Step::Rekey(parts, _) => Some(parts),
        _ => None,
    });
    parts.map_or_else(String::new, |parts| {
        let name = key_name::<BACK>();
        let expression = raw(&steps::expression(parts, "((?s:.+))"));
        format!("// {name} takes a key apart.\nvar {name} = regexp.MustCompile({expression})\n\n")
    })
}

const fn key_name<const BACK: bool>() -> &'static str {
    if BACK { "newKey" } else { "oldKey" }
}

impl<const BACK: bool> Idiom for Go<BACK> {
    const COMMENT: &'static str = "//";
    const INDENT: &'static str = "\t";

    fn lines(step: &Step) -> String {
        match step {
            Step::Comment(_) | Step::Offer(..) => String::new(),
            Step::Reject(rejection) => reject(rejection),
            Step::Open(Held::Document) => "it := rec.JSON()".to_owned(),
            Step::Open(_) => "it := rec.Hash()".to_owned(),
            Step::Gather(names) => gather(names),
            Step::Spread => SPREAD.to_owned(),
            Step::Rename(from, to) => rename(from, to),
            Step::Cast(place, reads, makes) => cast(place, *reads, makes),
            Step::Fill(place, value) => if_missing(place, &put(place, &quoted(value))),
            Step::Set(place, value) => put(place, &quoted(value)),
            Step::Remove(place) => call(&format!("it.Remove({})", quoted(place.name()))),
            Step::Require(place, rejection) => if_missing(place, &reject(rejection)),
            Step::Expire(most) => format!(
                "if _, expires := rec.TTL(); !expires {{\n{}\n}}",
                nested(&call(&format!("rec.SetTTL({most} * time.Millisecond)")))
            ),
            Step::Shorten(most) => format!(
                "if left, expires := rec.TTL(); expires && left > {most}*time.Millisecond {{\n{}\n}}",
                nested(&call(&format!("rec.SetTTL({most} * time.Millisecond)")))
            ),
            Step::Persist => call("rec.Persist()"),
            Step::Rekey(_, pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => quoted(text),
                    Piece::Capture(at) => format!("parts[{}]", at + 1),
                });
                let pieces: Vec<String> = pieces.collect();
                format!(
                    "key, err := rec.Key()\nif err != nil {{\n\treturn err\n}}\nparts := {}.FindStringSubmatch(key)\nif parts == nil {{\n\t{}\n}}\n{}",
                    key_name::<BACK>(),
                    reject(&steps::no_such_key()),
                    call(&format!("rec.Rename({})", pieces.join(" + ")))
                )
            }
        }
    }
}

/// Makes fields of the members.
const SPREAD: &str = "document, _, err := it.Get(\"\")
if err != nil {
\treturn err
}
members, isObject := document.(map[string]any)
if !isObject {
\treturn errors.New(\"the document is no object\")
}
fields := make(map[string]string)
for name, value := range members {
\tswitch value := value.(type) {
\tcase nil: // a field that is not there says the same
\tcase string:
\t\tfields[name] = value
\tdefault:
\t\tfields[name], err = remold.PrintJSON(value) // numbers as they were written
\t\tif err != nil {
\t\t\treturn err
\t\t}
\t}
}
if err := rec.SetValue(remold.HashOf(fields)); err != nil {
\treturn err
}";

/// Makes members of the fields.
fn gather(names: &[String]) -> String {
    let mut text = "fields, err := rec.Hash().Map()
if err != nil {
\treturn err
}
members := make(map[string]any)
for name, value := range fields {
\tmembers[name] = value
}
"
    .to_owned();
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _ = write!(
            text,
            "for _, name := range []string{{{}}} {{
\tif value, found := fields[name]; found {{
\t\tmembers[name], err = remold.ParseJSON(value) // numbers stay as they are written
\t\tif err != nil {{
\t\t\treturn err
\t\t}}
\t}}
}}
",
            names.join(", ")
        );
    }
    text.push_str("printed, err := remold.PrintJSON(members)\nif err != nil {\n\treturn err\n}\n");
    text.push_str(&call("rec.SetValue(remold.TextOf(printed))"));
    text
}

fn rename(from: &Place, to: &Place) -> String {
    let (old, new) = (quoted(from.name()), quoted(to.name()));
    match from {
        Place::Field(_) => call(&format!("it.Rename({old}, {new})")),
        Place::Pointer(_) => format!(
            "if value, found, err := it.GetRaw({old}); err != nil {{\n\treturn err\n}} else if found {{\n{}\n}}",
            nested(&call(&format!(
                "errors.Join(it.SetRaw({new}, value), it.Remove({old}))"
            )))
        ),
    }
}

fn cast(place: &Place, reads: Reads, makes: &Makes) -> String {
    let name = quoted(place.name());
    let (read, is_there) = match reads {
        Reads::Field => (format!("text, found, err := it.Get({name})"), "found"),
        Reads::Text => (
            format!("data, _, err := it.Get({name})"),
            "text, isText := data.(string); isText",
        ),
        Reads::Source => (
            format!("text, found, err := it.GetRaw({name})"),
            "found && text != \"null\"",
        ),
    };
    let inner = match makes {
        Makes::Text => call(&format!("it.Set({name}, text)")),
        Makes::Number { is_whole, or } => {
            let expression = if *is_whole { "wholeNumber" } else { "number" };
            let mut inner = format!(
                "if !{expression}.MatchString(text) {{\n\t{}\n}}",
                reject(or)
            );
            if reads == Reads::Text {
                let _ = write!(inner, "\n{}", put(place, "text"));
            }
            inner
        }
        Makes::OneOrZero => format!(
            "made := \"0\"\nif text == \"true\" {{\n\tmade = \"1\"\n}}\n{}",
            put(place, "made")
        ),
        Makes::TrueOrFalse(or) => format!(
            "made := \"false\"\nswitch text {{\ncase \"true\", \"1\":\n\tmade = \"true\"\ncase \"false\", \"0\":\ndefault:\n\t{}\n}}\n{}",
            reject(or),
            put(place, "made")
        ),
    };
    format!(
        "if {read}; err != nil {{\n\treturn err\n}} else if {is_there} {{\n{}\n}}",
        nested(&inner)
    )
}

fn if_missing(place: &Place, then: &str) -> String {
    let read = match place {
        Place::Field(name) => format!("found, err := it.Contains({})", quoted(name)),
        Place::Pointer(pointer) => format!("_, found, err := it.GetRaw({})", quoted(pointer)),
    };
    format!(
        "if {read}; err != nil {{\n\treturn err\n}} else if !found {{\n{}\n}}",
        nested(then)
    )
}

/// Writes that a member becomes what an expression says, as it is written.
fn put(place: &Place, value: &str) -> String {
    call(&match place {
        Place::Field(name) => format!("it.Set({}, {value})", quoted(name)),
        Place::Pointer(pointer) => format!("it.SetRaw({}, {value})", quoted(pointer)),
    })
}

/// Writes a call that returns an error alone.
fn call(call: &str) -> String {
    format!("if err := {call}; err != nil {{\n\treturn err\n}}")
}

/// Indents lines once more.
fn nested(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("\t{line}")).collect();
    lines.join("\n")
}

fn reject(rejection: &Rejection) -> String {
    let (code, message) = (quoted(&rejection.code), quoted(&rejection.message));
    format!("return remold.Reject({code}, {message})")
}

fn quoted(text: &str) -> String {
    words::quoted(text, false)
}

/// Writes an expression without a second backslash for each, if that is possible.
fn raw(expression: &str) -> String {
    if words::has_only_backslashes(expression) && !expression.contains('`') {
        format!("`{expression}`")
    } else {
        quoted(expression)
    }
}
