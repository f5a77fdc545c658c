//! What is written down about the functions that a script can call, made from the table: the
//! reference page and the definition file that gives editors completion and types.

use std::fmt::Write;

use remold_host_api::functions::{Form, HOST_FUNCTIONS, HostFunction, Interface, Type};

/// The interfaces in the order of the page, each with its title and a sentence.
const CHAPTERS: [(Interface, &str, &str); 5] = [
    (
        Interface::Records,
        "The record",
        "What `rec` can do, and its parts by the kind of its value.",
    ),
    (
        Interface::Context,
        "The run",
        "Outcomes, clock and log. `params` holds the manifest's parameters.",
    ),
    (
        Interface::Keyspace,
        "The keyspace",
        "For programs, `fn run()`, only.",
    ),
    (Interface::Backup, "Backups", "For programs only."),
    (
        Interface::Helpers,
        "Helpers",
        "Pure functions. A component's own language has libraries for these.",
    ),
];

/// Writes the reference page `docs/reference/host-functions.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Host functions\n\n\
         Everything that a script can call beside plain Rhai. Generated from the table in `host-api`; \
         do not edit.\n\n\
         A parameter in brackets may be left out. \"Nothing\" is `()`.\n",
    );
    for (interface, title, sentence) in CHAPTERS {
        let _ = write!(
            page,
            "\n## {title}\n\n{sentence}\n\n| function | result | needs | what it does |\n|---|---|---|---|\n"
        );
        for function in HOST_FUNCTIONS
            .iter()
            .filter(|function| function.interface == interface && function.form != Form::Absent)
        {
            let needs = function
                .capability
                .map_or("", |capability| capability.name());
            let _ = writeln!(
                page,
                "| `{}` | {} | {needs} | {} |",
                signature(function),
                word(function.returns),
                function.documentation.replace('|', "\\|")
            );
        }
    }
    page
}

/// Writes the definition file `sdk/rhai/remold.d.rhai`.
pub fn definitions() -> String {
    let mut file = String::from(
        "// What a Remold script can call beside plain Rhai. Generated from the table in host-api; do not edit.\n\
         module static;\n\n\
         /// The manifest's parameters.\nconst params: Map;\n",
    );
    let offered = HOST_FUNCTIONS.iter();
    for function in offered.filter(|function| function.form != Form::Absent) {
        let _ = write!(file, "\n/// {}\n", function.documentation);
        let object = function
            .object()
            .map(|object| format!("object: {}", object_name(object)));
        match function.form {
            Form::Absent => {}
            Form::Property | Form::Writable => {
                let (object, name) = (object.unwrap_or_default(), function.short_name());
                let returns = rhai_type(function.returns);
                let _ = writeln!(file, "fn get {name}({object}) -> {returns};");
                if function.form == Form::Writable {
                    let _ = writeln!(file, "fn set {name}({object}, value: {returns});");
                }
            }
            Form::Function | Form::Method => {
                let (least, most) = function.arity();
                for given in least..=most {
                    let given = function.parameters[..given].iter().map(|parameter| {
                        format!("{}: {}", parameter.name, rhai_type(parameter.kind))
                    });
                    let parameters: Vec<String> = object.clone().into_iter().chain(given).collect();
                    let (name, returns) = (function.short_name(), rhai_type(function.returns));
                    let _ = writeln!(file, "fn {name}({}) -> {returns};", parameters.join(", "));
                }
            }
        }
    }
    file
}

fn signature(function: &HostFunction) -> String {
    let name = function.name.replacen("record.", "rec.", 1);
    match function.form {
        Form::Property | Form::Absent => name,
        Form::Writable => format!("{name} [= …]"),
        Form::Function | Form::Method => {
            let (least, _) = function.arity();
            let parameters = function
                .parameters
                .iter()
                .enumerate()
                .map(|(index, parameter)| {
                    if index < least {
                        parameter.name.to_owned()
                    } else {
                        format!("[{}]", parameter.name)
                    }
                });
            format!("{name}({})", parameters.collect::<Vec<_>>().join(", "))
        }
    }
}

fn word(kind: Type) -> String {
    match kind {
        Type::Unit => String::new(),
        Type::Bool => "bool".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::TextOrBytes => "text or bytes".to_owned(),
        Type::Timestamp => "time".to_owned(),
        Type::Decimal => "decimal".to_owned(),
        Type::Data => "data".to_owned(),
        Type::Outcome => "outcome".to_owned(),
        Type::Record => "record".to_owned(),
        Type::Value => "value".to_owned(),
        Type::StreamId => "stream id".to_owned(),
        Type::List(item) => format!("list of {}", word(*item)),
        Type::Option(some) => format!("{} or nothing", word(*some)),
        Type::Object(name) => name.to_owned(),
    }
}

fn rhai_type(kind: Type) -> &'static str {
    match kind {
        Type::Unit => "()",
        Type::Bool => "bool",
        Type::Integer | Type::Timestamp => "int",
        Type::Float => "float",
        Type::Text | Type::StreamId => "String",
        Type::Bytes => "Blob",
        Type::Decimal => "Decimal",
        Type::Outcome => "Outcome",
        Type::Record => "Record",
        Type::List(_) => "Array",
        Type::Object(name) => object_name(name),
        Type::TextOrBytes | Type::Data | Type::Value | Type::Option(_) => "?",
    }
}

fn object_name(object: &str) -> &'static str {
    match object {
        "record" => "Record",
        "hash" => "Hash",
        "list" => "List",
        "set" => "Set",
        "sorted_set" => "SortedSet",
        "stream" => "Stream",
        "value" => "Value",
        "error" => "Error",
        _ => "Number",
    }
}
