//! The page of the reference.

use std::fmt::Write as _;

use crate::table::{Attribute, COMMANDS, HAPPENINGS, ROOT, Stage};

/// The variables that are followed, and what they do.
const VARIABLES: &[(&str, &str)] = &[
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "The collector, `http://collector:4318`; spans go to `/v1/traces` below it. Without an endpoint nothing is traced",
    ),
    (
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "The same for traces alone, with its whole path",
    ),
    (
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "`http/protobuf`, which is what is spoken. With `grpc` or `http/json` nothing is traced, and a warning says so",
    ),
    (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "`NAME=VALUE,NAME=VALUE`, percent-encoded, sent along: credentials, as a rule",
    ),
    (
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "How long one request may take, milliseconds: 10000",
    ),
    (
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "A file of certificates, PEM, that may vouch for the collector in place of the machine's authorities",
    ),
    ("OTEL_SERVICE_NAME", "What the service is called: `remold`"),
    (
        "OTEL_RESOURCE_ATTRIBUTES",
        "More attributes of the resource: `deployment.environment.name=live,…`",
    ),
    (
        "OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG",
        "Which traces are sent: `parentbased_always_on`. By `traceidratio` all workers of a run decide alike",
    ),
    (
        "OTEL_SDK_DISABLED",
        "`true`: nothing is traced, and so with `OTEL_TRACES_EXPORTER=none`",
    ),
    (
        "TRACEPARENT`, `TRACESTATE",
        "Whose child the command is, as W3C Trace Context writes it: a step of a pipeline, as a rule",
    ),
];

/// Writes the page, Markdown.
pub fn page() -> String {
    let mut text = "# Traces\n\n\
        Made of the table in `runtime/telemetry/src/table/`; `remold reference traces` writes it. [Observing](../guide/observing.md)\n\
        tells what they are good for.\n\n\
        No key, no value, and no text that a server or a transform wrote is in a span.\n\n\
        ## Variables\n\n\
        OpenTelemetry's own; each of `OTEL_EXPORTER_OTLP_…` has a form `OTEL_EXPORTER_OTLP_TRACES_…`, which wins. What is not here is\n\
        not followed: no gRPC, no compression, no certificate of the client's own.\n\n\
        | variable | says |\n|---|---|\n"
        .to_owned();
    for (name, says) in VARIABLES {
        row(&mut text, &[&format!("`{name}`"), says]);
    }
    text.push_str(
        "\n## Commands\n\n\
        A command is a span of its own, the parent of its stages, which follow each other. A stage is there if the command came to it.\n\n\
        | span | its stages |\n|---|---|\n",
    );
    for command in COMMANDS {
        let stages: Vec<String> = command
            .stages
            .iter()
            .map(|stage| code(stage.name))
            .collect();
        row(&mut text, &[&code(command.span), &stages.join(", ")]);
    }
    text.push_str("\n## Stages\n\n| span | tells | attributes |\n|---|---|---|\n");
    let mut known: Vec<&Stage> = Vec::new();
    for stage in COMMANDS.iter().flat_map(|command| command.stages) {
        if !known.contains(stage) {
            known.push(stage);
            let attributes = names(stage.attributes);
            row(&mut text, &[&code(stage.name), stage.tells, &attributes]);
        }
    }
    text.push_str(
        "\n## Events\n\nThey are events of the stage in which they happen.\n\n| event | tells | attributes |\n|---|---|---|\n",
    );
    for one in HAPPENINGS {
        row(
            &mut text,
            &[&code(one.name), one.tells, &names(one.attributes)],
        );
    }
    text.push_str("\n## Attributes of commands\n\n| attribute | holds | tells |\n|---|---|---|\n");
    for attribute in ROOT {
        of(&mut text, attribute);
    }
    text.push_str(
        "\n## Attributes of stages and events\n\n| attribute | holds | tells |\n|---|---|---|\n",
    );
    let of_stages = known.iter().flat_map(|stage| stage.attributes);
    let of_events = HAPPENINGS.iter().flat_map(|one| one.attributes);
    let mut written: Vec<&Attribute> = Vec::new();
    for attribute in of_stages.chain(of_events) {
        if !written.contains(attribute) {
            written.push(attribute);
            of(&mut text, attribute);
        }
    }
    text
}

fn of(text: &mut String, attribute: &Attribute) {
    row(
        text,
        &[&code(attribute.name), attribute.holds, attribute.tells],
    );
}

fn names(attributes: &[&Attribute]) -> String {
    let names: Vec<String> = attributes.iter().map(|one| code(one.name)).collect();
    names.join("<br>")
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

fn row(text: &mut String, cells: &[&str]) {
    writeln!(text, "| {} |", cells.join(" | ")).expect("a text takes everything");
}
