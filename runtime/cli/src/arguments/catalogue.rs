//! What can be asked of the catalogue.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

/// What can be asked of the catalogue.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueCommand {
    /// List the ready transforms
    List,
    /// Show a ready transform: what it does, its parameters, an example, what it rejects, the way back
    Show(ShowArguments),
}

/// A ready transform to be shown.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The transform's name
    #[arg(value_name = "NAME", value_parser = ready_name(), hide_possible_values = true)]
    pub(crate) name: String,
    /// Show its script and nothing else
    #[arg(long, conflicts_with = "schema")]
    pub(crate) source: bool,
    /// Show the JSON Schema of its parameters and nothing else
    #[arg(long)]
    pub(crate) schema: bool,
}

/// Reads the name of a ready transform; shells complete it.
pub(crate) fn ready_name() -> PossibleValuesParser {
    PossibleValuesParser::new(remold::catalogue_names())
}
