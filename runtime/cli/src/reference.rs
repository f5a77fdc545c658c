//! The generated pages of the reference: command line, JSON documents, codes, exit codes.

mod commands;
mod documents;

use remold::host_api::wit;

use crate::arguments::Page;
use crate::exit::Exit;
use crate::explain;
use crate::paragraph::Put;

/// Writes a page, Markdown.
pub(crate) fn page(page: Page) -> String {
    match page {
        Page::Catalogue => remold::catalogue_page(remold::catalogue()),
        Page::CatalogueSchema => format!("{:#}\n", remold::editor_schema(remold::catalogue())),
        Page::Cli => commands::page(),
        Page::CliJson => documents::page(),
        Page::Errors => errors(),
        Page::ExitCodes => exit_codes(),
        Page::Traces => remold_telemetry::page(),
        Page::Wit => wit(),
    }
}

fn errors() -> String {
    let mut text = "# Codes\n\nEvery error, end of a run and rejected key has a stable code. `remold explain CODE` shows \
        what is written here.\n"
        .to_owned();
    let mut area = None;
    for explanation in explain::all() {
        if area != Some(explanation.area) {
            area = Some(explanation.area);
            text.put(format_args!("\n## {}\n\n| code | what happened | what is safe | what to do |\n|---|---|---|---|\n", explanation.area.heading()));
        }
        let cells = [explanation.happened, explanation.safe, explanation.remedy].map(cell);
        text.line(format_args!(
            "| `{}` | {} |",
            explanation.code,
            cells.join(" | ")
        ));
    }
    text
}

fn exit_codes() -> String {
    let mut text =
        "# Exit codes\n\nThey are stable: a script or a controller can rely on them.\n\n\
        | code | name | meaning |\n|---|---|---|\n"
            .to_owned();
    for exit in Exit::ALL {
        text.line(format_args!(
            "| {} | {} | {} |",
            exit.code(),
            exit.name(),
            cell(exit.meaning())
        ));
    }
    text.line(format_args!(
        "| 130 | stopped at once | {} |",
        cell(explain::AT_ONCE)
    ));
    text
}

fn wit() -> String {
    let mut text = format!(
        "# The contract with components: `{}@{}`\n\n\
        The WIT package that components import and export, file by file. `remold new` puts it beside an SDK that needs it.\n",
        wit::PACKAGE,
        wit::VERSION
    );
    for (name, content) in wit::FILES {
        text.put(format_args!(
            "\n## {name}\n\n```wit\n{}\n```\n",
            content.trim_end()
        ));
    }
    text
}

/// Writes a text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
