//! The script of a migration that is begun, in Rhai.

mod words;

use std::fmt::Write as _;

use self::words::{literal, quoted};
use super::edits::{inverse, no_way_back};
use super::words::{escaped, one_line, word};
use super::{Edit, Held, Type, about};
use crate::definition::Definition;
use crate::key_pattern::{CaptureKind, Part};

/// Texts that are whole numbers.
const INTEGER: &str = "^-?(0|[1-9][0-9]*)$";
/// Texts that are numbers of JSON.
const NUMBER: &str = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// Writes the script.
pub(super) fn script(old: &Definition, new: &Definition, edits: &[Edit], reverts: bool) -> String {
    let mut text = format!("// {}\n", one_line(&about(old, new)));
    let held = Held::of(old);
    text.push_str(&function("migrate", held, edits, (old, new)));
    if reverts {
        let back: Vec<Edit> = edits.iter().rev().map(inverse).collect();
        text.push_str("\n// The way back, for records that the application has written since.\n");
        text.push_str(&function("revert", held, &back, (new, old)));
    } else {
        let _ = write!(text, "\n// {}\n", one_line(&no_way_back(edits)));
    }
    text
}

fn function(name: &str, held: Held, edits: &[Edit], way: (&Definition, &Definition)) -> String {
    let of_members = |edit: &&Edit| {
        !matches!(
            edit,
            Edit::Expire(_) | Edit::Shorten(_) | Edit::Persist | Edit::Rekey | Edit::ByHand { .. }
        )
    };
    let members: Vec<&Edit> = edits.iter().filter(of_members).collect();
    let mut body = String::new();
    for edit in edits {
        if let Edit::ByHand { code, what } = edit {
            let _ = writeln!(body, "    // TODO: {}", one_line(what));
            let _ = writeln!(
                body,
                "    return reject({}, {});",
                quoted(&format!("todo-{}", word(code))),
                quoted(what)
            );
        }
    }
    if !members.is_empty() {
        let spreads = edits.contains(&Edit::Spread);
        let gathers = edits.iter().find_map(|edit| match edit {
            Edit::Gather(names) => Some(names),
            _ => None,
        });
        let held = if gathers.is_some() {
            Held::Document
        } else {
            held
        };
        match (gathers, held) {
            (Some(names), _) => gather(&mut body, names),
            (None, Held::Fields) => body.push_str("    let it = rec.hash;\n"),
            (None, _) => body.push_str("    let it = rec.json;\n"),
        }
        for edit in members {
            member(&mut body, held, edit);
        }
        if spreads {
            body.push_str(SPREAD);
        } else if gathers.is_some() {
            body.push_str("    rec.value = text(to_json(it));\n");
        } else if held == Held::Document {
            body.push_str("    rec.json = it;\n");
        }
    }
    for edit in edits {
        match edit {
            Edit::Expire(most) => {
                let _ = writeln!(
                    body,
                    "    if rec.ttl == () {{\n        rec.ttl = {most}; // milliseconds\n    }}"
                );
            }
            Edit::Shorten(most) => {
                let _ = writeln!(
                    body,
                    "    if rec.ttl != () && rec.ttl > {most} {{\n        rec.ttl = {most}; // milliseconds\n    }}"
                );
            }
            Edit::Persist => body.push_str("    rec.expires_at = ();\n"),
            Edit::Rekey => rekey(&mut body, way.0, way.1),
            _ => {}
        }
    }
    if body.is_empty() {
        body.push_str("    // What is valid under the old version is valid under the new one as it is.\n    done()\n");
    }
    format!("fn {name}(rec) {{\n{body}}}\n")
}

/// Makes fields of the members.
const SPREAD: &str = r#"    let fields = #{};
    for name in it.keys() {
        let value = it[name];
        switch type_of(value) {
            "()" => (), // a field that is not there says the same
            "bool" => fields[name] = if value { "true" } else { "false" },
            "map" | "array" => fields[name] = to_json(value),
            _ => fields[name] = value, // texts, and numbers as they were written
        }
    }
    rec.value = hash(fields);
"#;

/// Makes members of the fields.
fn gather(body: &mut String, names: &[String]) {
    body.push_str("    let it = rec.hash.to_map();\n");
    if names.is_empty() {
        return;
    }
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let _ = write!(
        body,
        "    for name in [{}] {{\n        if it.contains(name) {{\n            it.set(name, parse_json(it.get(name)));\n        }}\n    }}\n",
        names.join(", ")
    );
}

fn member(body: &mut String, held: Held, edit: &Edit) {
    match edit {
        Edit::Rename {
            from,
            to,
            similarity,
        } => {
            let _ = writeln!(
                body,
                "    // The names are alike ({similarity:.2}) and the types the same."
            );
            let _ = writeln!(body, "    {}", rename(held, from, to));
        }
        Edit::Cast { name, from, to } => cast(body, held, name, *from, *to),
        Edit::Default { name, value, .. } => {
            let name = quoted(name);
            let _ = writeln!(
                body,
                "    if !it.contains({name}) {{\n        it.set({name}, {});\n    }}",
                literal(value, held)
            );
        }
        Edit::Mark { name, after, .. } => {
            let _ = writeln!(body, "    it.set({}, {});", quoted(name), quoted(after));
        }
        Edit::Drop { name, perhaps } => {
            if let Some((to, similarity)) = perhaps {
                let _ = writeln!(
                    body,
                    "    // It may be {} now ({similarity:.2}): {}",
                    one_line(to),
                    one_line(&rename(held, name, to))
                );
            }
            let _ = writeln!(body, "    it.remove({});", quoted(name));
        }
        Edit::Missing { name, perhaps, .. } => {
            let shown = one_line(name);
            let _ = writeln!(
                body,
                "    // TODO: {shown} is required, and its value is not known."
            );
            for (from, similarity) in perhaps {
                let _ = writeln!(
                    body,
                    "    // It may be what was {} ({similarity:.2}): {}",
                    one_line(from),
                    one_line(&rename(held, from, name))
                );
            }
            let _ = writeln!(
                body,
                "    if !it.contains({}) {{\n        return reject({}, {});\n    }}",
                quoted(name),
                quoted(&format!("todo-{}", word(name))),
                quoted(&format!("{name} is required, and its value is not known"))
            );
        }
        _ => {}
    }
}

fn rename(held: Held, from: &str, to: &str) -> String {
    let (from, to) = (quoted(from), quoted(to));
    if held == Held::Fields {
        return format!("it.rename({from}, {to});");
    }
    format!("if it.contains({from}) {{ it.set({to}, it.remove({from})); }}")
}

fn cast(body: &mut String, held: Held, name: &str, from: Type, to: Type) {
    let quoted_name = quoted(name);
    let refuse = |what: &str| {
        format!(
            "return reject({}, {});",
            quoted(&format!("not-{}", word(what))),
            quoted(&format!("{name} is no {what}"))
        )
    };
    let is_text = held == Held::Fields || from == Type::Text;
    let matching = |pattern: &str, what: &str| {
        format!(
            "if !value.matches({}) {{\n            {}\n        }}\n",
            quoted(pattern),
            refuse(what)
        )
    };
    let set = |value: &str| format!("        it.set({quoted_name}, {value});\n");
    let (one, yes, zero, no) = if held == Held::Fields {
        ("\"1\"", "\"true\"", "\"0\"", "\"false\"")
    } else {
        ("1", "true", "0", "false")
    };
    let inner = match to {
        Type::Text => set("value.to_string()"),
        Type::Integer if from == Type::Boolean => {
            let is_true = if is_text {
                "value == \"true\""
            } else {
                "value"
            };
            set(&format!("if {is_true} {{ {one} }} else {{ {zero} }}"))
        }
        Type::Integer | Type::Number if is_text => {
            let (pattern, what) = if to == Type::Integer {
                (INTEGER, "whole number")
            } else {
                (NUMBER, "number")
            };
            let mut inner = format!("        {}", matching(pattern, what));
            if held == Held::Document {
                inner.push_str(&set("parse_json(value)"));
            }
            inner
        }
        Type::Integer => format!(
            "        if type_of(value) != \"i64\" {{\n            {}\n        }}\n",
            refuse("whole number")
        ),
        Type::Boolean => {
            let (is_true, is_false) = if is_text {
                (
                    "value == \"true\" || value == \"1\"",
                    "value == \"false\" || value == \"0\"",
                )
            } else {
                ("value == 1", "value == 0")
            };
            format!(
                "        if {is_true} {{\n            it.set({quoted_name}, {yes});\n        }} else if {is_false} {{\n            it.set({quoted_name}, {no});\n        }} else {{\n            {}\n        }}\n",
                refuse("boolean")
            )
        }
        _ => String::new(),
    };
    let _ = write!(
        body,
        "    // {} was {}.\n    if it.contains({quoted_name}) && it.get({quoted_name}) != () {{\n        let value = it.get({quoted_name});\n{inner}    }}\n",
        one_line(name),
        from.name()
    );
}

fn rekey(body: &mut String, from: &Definition, to: &Definition) {
    let mut expression = "^".to_owned();
    let mut names = Vec::new();
    for part in from.pattern().parts() {
        match part {
            Part::Literal(text) => expression.push_str(&escaped(text)),
            Part::Capture { name, kind } => {
                names.push(name.as_str());
                expression.push_str(match kind {
                    CaptureKind::Segment => "([^:]+)",
                    CaptureKind::Uuid => "([0-9a-fA-F-]{36})",
                    CaptureKind::Integer => "([0-9]+)",
                    CaptureKind::Date => "([0-9]{4}-[0-9]{2}-[0-9]{2})",
                    CaptureKind::Slug => "([0-9A-Za-z_-]+)",
                    CaptureKind::Hex => "([0-9a-fA-F]+)",
                    CaptureKind::Any => "((?s).+)",
                });
            }
        }
    }
    expression.push('$');
    let parts = to.pattern().parts().iter().map(|part| match part {
        Part::Literal(text) => quoted(text),
        Part::Capture { name, .. } => {
            let at = names.iter().position(|known| known == name);
            format!("parts[{}]", at.map_or(0, |at| at + 1))
        }
    });
    let made: Vec<String> = parts.collect();
    let _ = write!(
        body,
        "    let parts = regex_captures(rec.key, {});\n    if parts == () {{\n        return reject(\"key\", \"the key is not as it should be\");\n    }}\n    rec.rename({});\n",
        quoted(&expression),
        made.join(" + ")
    );
}
