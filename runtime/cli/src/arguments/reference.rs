//! What the program says of itself: explanations, completions, pages of the reference.

use clap::{Args, ValueEnum};

/// A code to be explained.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The code as reports show it, or `exit-codes`; all codes are listed without one
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// A shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// A page of the reference.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArguments {
    /// The page
    #[arg(value_name = "PAGE")]
    pub(crate) page: Page,
}

/// The pages that are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Page {
    /// docs/reference/catalogue.md
    Catalogue,
    /// docs/reference/catalogue.schema.json
    CatalogueSchema,
    /// docs/reference/cli.md
    Cli,
    /// docs/reference/cli-json.md
    CliJson,
    /// docs/reference/errors.md
    Errors,
    /// docs/reference/exit-codes.md
    ExitCodes,
    /// docs/reference/traces.md
    Traces,
    /// docs/reference/wit.md
    Wit,
}
