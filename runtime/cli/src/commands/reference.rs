//! `remold reference`: the pages of the reference that are generated, for the documentation's own test.

use serde_json::json;

use super::Answer;
use crate::arguments::ReferenceArguments;
use crate::exit::Exit;

/// Writes a page.
pub(super) fn reference(arguments: &ReferenceArguments) -> Answer {
    let text = crate::reference::page(arguments.page);
    let shape = json!({ "page": text });
    Answer::new(Exit::Success, text, &shape)
}
