//! `remold schema show`: a subject, one version of it, its document, its graph.

use remold::Documents;
use remold::schema::{Definition, Versions};
use serde_json::Value;

use super::super::Answer;
use super::{graph, list, place};
use crate::arguments::ShowSchemaArguments;
use crate::exit::Exit;
use crate::paragraph::{Put, wrap};
use crate::report::Report;
use crate::shapes::schema::comparison::word;
use crate::shapes::schema::registry::ShowShape;
use crate::style::{BOLD, FAINT, NAME, paint};

/// How wide the words at the beginning of a line are.
const HEAD: usize = 15;

/// Shows a subject, or a version.
pub(super) fn show(arguments: &ShowSchemaArguments) -> Result<Answer, Report> {
    let documents = place::documents(&arguments.place)?;
    let name = &arguments.what.subject;
    let versions = place::subject(&documents, name)?;
    let asked = match &arguments.what.version {
        Some(version) => Some(place::version(&documents, name, version)?),
        // Of a subject alone, the document is the newest one.
        None => versions.newest().filter(|_| arguments.source),
    };
    let edges = documents.registry().edges(name);
    let graph = arguments.graph.map(|form| {
        let versions: Vec<_> = versions.iter().map(|one| one.version()).collect();
        graph::graph(name, &versions, &edges, form)
    });
    let source = asked.and_then(|one| documents.entry(&list::name_of(one)));
    let source =
        source.map(|entry| String::from_utf8_lossy(&entry.registration.content).into_owned());
    let text = match (&graph, &source, asked) {
        (Some(graph), ..) => graph.clone(),
        (None, Some(source), _) if arguments.source => source.clone(),
        (None, _, Some(one)) => version(&documents, one),
        (None, _, None) => subject(&documents, name, versions),
    };
    let shape = ShowShape {
        subject: list::subject_shape(&documents, name, versions),
        version: asked.map(|one| one.version().to_string()),
        document: asked.map(|one| one.document().schema.to_json()),
        source,
        graph: graph.map(|graph| anstream::adapter::strip_str(&graph).to_string()),
    };
    Ok(Answer::new(Exit::Success, text, &shape))
}

fn subject(documents: &Documents, name: &str, versions: &Versions) -> String {
    let mut text = list::subject(documents, name, versions);
    if let Some(newest) = versions.newest() {
        let more = format!("`remold schema show {name}@{}` says more", newest.version());
        text.line(format_args!("\n{}", paint(FAINT, more)));
    }
    text
}

fn version(documents: &Documents, one: &Definition) -> String {
    let spec = one.spec();
    let mut text = String::new();
    let heading = format!("{} {}", one.subject(), one.version());
    text.line(format_args!("{}", paint(BOLD, heading)));
    let mut line = |name: &str, says: String| {
        text.line(format_args!("  {name:<HEAD$}{}", wrap(&says, HEAD + 2)));
    };
    line("keys", paint(NAME, one.pattern()));
    line("type", list::kind(one));
    line("expiry", expiry(one));
    if let Some(field) = &spec.version_field {
        let version = one.version().to_string();
        let value = field.value.as_deref().unwrap_or(&version);
        line("version field", format!("{} is {value}", field.pointer));
    }
    let (level, mode) = (word(spec.compatibility), word(spec.comparison));
    line("compatibility", format!("{level}, {mode}"));
    let refers = one.referred();
    if !refers.is_empty() {
        line("refers to", refers.join(", "));
    }
    let edges = documents.registry().edges(one.subject());
    for edge in &edges {
        if edge.to == *one.version() {
            line("from", format!("{} by {}", edge.from, edge.migration));
        } else if edge.from == *one.version() {
            line("to", format!("{} by {}", edge.to, edge.migration));
        }
    }
    if let Some(entry) = documents.entry(&list::name_of(one)) {
        match &entry.registered {
            Some((at, by)) => line("registered", list::since(*at, by)),
            None => line("document", entry.origin.clone()),
        }
    }
    line("digest", one.digest().to_owned());
    text.push_str(&members(&one.json_schema()));
    text
}

fn expiry(one: &Definition) -> String {
    let ttl = one.spec().ttl;
    if !ttl.allowed {
        return "none".to_owned();
    }
    let mut says = if ttl.required { "required" } else { "optional" }.to_owned();
    if let Some(min) = ttl.min {
        says.put(format_args!(", at least {min}"));
    }
    if let Some(max) = ttl.max {
        says.put(format_args!(", at most {max}"));
    }
    says
}

/// Writes a table of the members that a schema names, if it names any.
fn members(schema: &Value) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return String::new();
    };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| {
        required.is_some_and(|required| required.iter().any(|one| one.as_str() == Some(name)))
    };
    let rows: Vec<[String; 4]> = properties
        .iter()
        .map(|(name, member)| {
            let need = if is_required(name) { "required" } else { "" };
            let (takes, more) = takes(member);
            [name.clone(), takes, need.to_owned(), more]
        })
        .collect();
    let widths: [usize; 3] = [0, 1, 2].map(|column| {
        let wide = rows.iter().map(|row| row[column].chars().count()).max();
        wide.unwrap_or_default()
    });
    let mut text = "\n".to_owned();
    for [name, takes, need, more] in &rows {
        let name = paint(NAME, format!("{name:<width$}", width = widths[0]));
        let more = if more.is_empty() {
            String::new()
        } else {
            paint(FAINT, more)
        };
        let line = format!(
            "  {name}  {takes:<types$}  {need:<needs$}  {}",
            more,
            types = widths[1],
            needs = widths[2]
        );
        text.line(format_args!("{}", line.trim_end()));
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        text.line(format_args!("  {}", paint(FAINT, "and no others")));
    }
    text
}

/// Says what a member takes: its type, and what else its schema says, in one line.
fn takes(member: &Value) -> (String, String) {
    let Value::Object(keywords) = member else {
        return (
            if member == &Value::Bool(false) {
                "nothing"
            } else {
                "anything"
            }
            .to_owned(),
            String::new(),
        );
    };
    let takes = match keywords.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => {
            let names: Vec<&str> = several.iter().filter_map(Value::as_str).collect();
            names.join(" | ")
        }
        _ if keywords.contains_key("$ref") => "reference".to_owned(),
        _ => "anything".to_owned(),
    };
    let told = ["type", "title", "description", "examples", "$comment"];
    let more = keywords
        .iter()
        .filter(|(name, _)| !told.contains(&name.as_str()));
    let more: Vec<String> = more
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            Value::Object(_) => format!("{name} {{…}}"),
            value => format!("{name} {value}"),
        })
        .collect();
    let more = more.join(", ");
    let short: String = more.chars().take(60).collect();
    let more = if short.len() < more.len() {
        format!("{short}…")
    } else {
        short
    };
    (takes, more)
}
