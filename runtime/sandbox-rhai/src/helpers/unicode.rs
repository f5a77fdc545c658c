//! Text as people see it: normal forms, comparison without regard to case, white space.

use std::sync::Arc;

use rhai::Dynamic;
use rhai::Engine;
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

use super::{helper, made_text};
use crate::meter::Fallible;
use crate::session::Session;

/// Looking a character up costs more than copying it.
const EFFORT: usize = 4;

/// Puts characters together, and charges them as they come.
fn collect(session: &Session, characters: impl Iterator<Item = char>) -> Fallible<Dynamic> {
    const PIECE: usize = 4096;
    let mut text = String::new();
    let mut charged = 0;
    for character in characters {
        text.push(character);
        if text.len() - charged >= PIECE {
            session.meter.allocate(text.len() - charged)?;
            charged = text.len();
        }
    }
    session.meter.allocate(text.len() - charged)?;
    Ok(text.into())
}

/// Registers the functions on text.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "nfc", |s, text: &str| {
        s.meter.work(text.len() * EFFORT)?;
        collect(s, text.nfc())
    });
    helper!(engine, session, "nfkc", |s, text: &str| {
        s.meter.work(text.len() * EFFORT)?;
        collect(s, text.nfkc())
    });
    helper!(engine, session, "fold_case", |s, text: &str| {
        s.meter.work(text.len() * 3)?;
        made_text(s, UniCase::unicode(text).to_folded_case())
    });
    helper!(engine, session, "trimmed", |s, text: &str| {
        s.meter.work(text.len())?;
        made_text(s, text.trim().to_owned())
    });
}
