//! The end of a name in the tree: the records whose keys are spelled like that, by their forms.

use remold_host_api::Value;

use super::encoding::{Content, Found, examine};
use super::examples::Tally;
use super::form::{Form, FormOf, Observation, Observed};
use super::options::Options;
use super::signature::Outline;

/// More forms under one pattern are not told apart.
const MOST_FORMS: usize = 24;

/// Records under one pattern.
#[derive(Debug, Default)]
pub(crate) struct Terminal {
    pub(crate) forms: Vec<(FormOf, Form)>,
    /// Strings that are too large to be looked into.
    pub(crate) unexamined: Tally,
    /// Records of further forms.
    pub(crate) others: Tally,
}

impl Terminal {
    /// Observes a record. `budget` is how many places may still be made in the whole keyspace.
    pub(crate) fn observe(
        &mut self,
        observation: &Observation<'_>,
        budget: &mut usize,
        outline: &mut Outline,
    ) {
        let Observation {
            value,
            sighting,
            options,
            ..
        } = observation;
        let (of, found) = match value {
            Value::Text(bytes) => {
                let (packing, found) = examine(bytes, options.max_document);
                let content = match &found {
                    Found::Document(content, _) => *content,
                    Found::Text(_) => Content::Text,
                    Found::Raw => Content::Raw,
                    Found::Unexamined => return self.unexamined.add(sighting),
                };
                (FormOf::Text(packing, content), Some(found))
            }
            Value::Hash(_) => (FormOf::Hash, None),
            Value::List(_) => (FormOf::List, None),
            Value::Set(_) => (FormOf::Set, None),
            Value::SortedSet(_) => (FormOf::SortedSet, None),
            Value::Stream(_) => (FormOf::Stream, None),
            Value::Opaque(opaque) => {
                let name = match &opaque.module {
                    Some(module) => module.chars().take(32).collect::<String>(),
                    None => opaque.type_id.to_string(),
                };
                (FormOf::Module(name.into()), None)
            }
        };
        let at = match self.forms.binary_search_by(|(known, _)| known.cmp(&of)) {
            Ok(at) => at,
            Err(_) if self.forms.len() == MOST_FORMS => return self.others.add(sighting),
            Err(at) => {
                *budget = budget.saturating_sub(1);
                let form = Form::new(&of);
                self.forms.insert(at, (of, form));
                at
            }
        };
        let observed = match &found {
            Some(Found::Document(_, document)) => Observed::Document(document),
            Some(Found::Text(text)) => Observed::Text(text),
            _ => Observed::Whole,
        };
        let form = &mut self.forms[at].1;
        form.observe(&observed, observation, budget, outline);
    }

    /// Returns how many records there are.
    pub(crate) fn count(&self) -> u64 {
        let forms: u64 = self.forms.iter().map(|(_, form)| form.tally.count).sum();
        forms + self.unexamined.count + self.others.count
    }

    /// Merges, and returns how many places that makes free.
    pub(crate) fn merge(&mut self, other: Self, options: &Options) -> usize {
        self.unexamined.merge(other.unexamined);
        self.others.merge(other.others);
        let mut freed = 0;
        for (of, form) in other.forms {
            match self.forms.binary_search_by(|(known, _)| known.cmp(&of)) {
                Ok(at) => freed += self.forms[at].1.merge(form, options),
                Err(_) if self.forms.len() == MOST_FORMS => {
                    freed += form.places;
                    self.others.merge(form.tally);
                }
                Err(at) => self.forms.insert(at, (of, form)),
            }
        }
        freed
    }

    /// Returns the form that most records have.
    pub(crate) fn main(&self) -> Option<&(FormOf, Form)> {
        self.forms.iter().max_by_key(|(_, form)| form.tally.count)
    }
}
