//! Ready transforms as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The ready transforms.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CatalogueShape {
    /// All of them, in order of name.
    pub(crate) transforms: Vec<TitleShape>,
}

/// A ready transform in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TitleShape {
    /// Its name, as `uses` takes it.
    pub(crate) name: String,
    /// What it does, in one sentence.
    pub(crate) title: String,
}

/// A ready transform.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadyShape {
    /// Its name, as `uses` takes it.
    pub(crate) name: String,
    /// What it does, in one sentence.
    pub(crate) title: String,
    /// Its parameters.
    pub(crate) parameters: Vec<ParameterShape>,
    /// The JSON Schema of its parameters.
    pub(crate) schema: Value,
    /// All that is to be known of it, Markdown.
    pub(crate) readme: String,
    /// A manifest that uses it, YAML.
    pub(crate) manifest: String,
    /// Its script, Rhai.
    pub(crate) source: String,
}

/// A parameter of a ready transform.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParameterShape {
    /// Its name; `rules[].ttl` for what is inside another.
    pub(crate) name: String,
    /// What it takes, in words.
    pub(crate) takes: String,
    /// Its default; missing if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Value>,
    /// Whether it must be given.
    pub(crate) required: bool,
    /// What it is.
    pub(crate) meaning: String,
}
