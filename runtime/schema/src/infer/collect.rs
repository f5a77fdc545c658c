//! From the settled tree to proposals: what each terminal says, by form.

use std::collections::BTreeSet;

use serde_json::Map;

use super::confidence::confidence;
use super::decide::exception;
use super::describe::Describer;
use super::document::{Said, document};
use super::encoding::{Content, Encoding};
use super::expiry::round;
use super::form::{Form, FormOf};
use super::names::Edge;
use super::options::Options;
use super::pattern::KeyPattern;
use super::proposal::{CounterExample, ExpiryProposal, Lone, Proposal, RedisType};
use super::terminal::Terminal;
use super::tree::Node;
use super::variants;
use super::written::Way;

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) lone: Vec<Lone>,
    pub(crate) lone_records: u64,
}

/// Collects all that is in a tree.
pub(crate) fn collect(root: Node, options: &Options) -> Collected {
    let mut collected = Collected::default();
    walk(root, &mut Vec::new(), &mut collected, options);
    collected.proposals.sort_by(|one, other| {
        let order = other.records.cmp(&one.records);
        order.then_with(|| one.pattern.to_string().cmp(&other.pattern.to_string()))
    });
    collected
        .lone
        .sort_by(|one, other| one.keys.cmp(&other.keys));
    collected
}

/// Gives each proposal a subject that no other has, and writes the drafts.
pub(crate) fn name_subjects(proposals: &mut [Proposal]) {
    let mut taken = BTreeSet::new();
    for proposal in proposals {
        let wanted = proposal.subject.clone();
        let further = (2..).map(|number| format!("{wanted}-{number}"));
        let subject = std::iter::once(wanted.clone())
            .chain(further)
            .find(|subject| !taken.contains(subject))
            .expect("there are more numbers than proposals");
        taken.insert(subject.clone());
        if let Some(draft) = &mut proposal.draft {
            draft["metadata"]["name"] = format!("{subject}-1.0.0").into();
            draft["spec"]["subject"] = subject.as_str().into();
        }
        proposal.subject = subject;
    }
}

fn walk(node: Node, way: &mut Vec<Edge>, collected: &mut Collected, options: &Options) {
    if let Some(terminal) = node.terminal {
        let varies = way.iter().any(|edge| !edge.is_literal());
        if varies && terminal.count() >= options.min_records {
            collected
                .proposals
                .extend(propose(*terminal, &KeyPattern::of(&*way), options));
        } else {
            collected.lone_records += terminal.count();
            for (of, form) in terminal.forms {
                collected.lone.push(Lone {
                    keys: form.tally.keys(),
                    count: form.tally.count,
                    redis_type: redis_type(&of),
                });
            }
        }
    }
    let mut children: Vec<_> = node.children.into_iter().collect();
    children.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (_, child) in children {
        way.push(child.edge);
        walk(child.node, way, collected, options);
        way.pop();
    }
}

/// A form with the type and encoding that were decided on.
struct Decided {
    redis_type: RedisType,
    encoding: Option<Encoding>,
    form: Form,
}

impl Decided {
    fn word(&self) -> String {
        match self.encoding {
            Some(encoding) => encoding.to_string(),
            None => self.redis_type.to_string(),
        }
    }
}

fn propose(mut terminal: Terminal, pattern: &KeyPattern, options: &Options) -> Vec<Proposal> {
    let total = terminal.count();
    unite_strings(&mut terminal, options);
    let mut notes = Vec::new();
    if terminal.unexamined.count > 0 {
        notes.push(format!(
            "{} strings are larger than {} bytes and were not looked into",
            terminal.unexamined.count, options.max_document
        ));
    }
    if terminal.others.count > 0 {
        notes.push(format!(
            "{} records are of further types and encodings",
            terminal.others.count
        ));
    }
    let mut forms: Vec<Decided> = terminal
        .forms
        .into_iter()
        .map(|(of, form)| decided(&of, form, options))
        .collect();
    forms.sort_by_key(|decided| std::cmp::Reverse(decided.form.tally.count));
    let mut left = options.allowed(total);
    let mut rare = Vec::new();
    while forms.len() > 1
        && let Some(last) = forms.last()
        && last.form.tally.count <= left
    {
        left -= last.form.tally.count;
        let tally = &last.form.tally;
        rare.push(exception("", &last.word(), tally.count, tally.keys()));
        forms.pop();
    }
    let words: Vec<String> = forms.iter().map(Decided::word).collect();
    let mut proposals = Vec::new();
    for (at, decided) in forms.into_iter().enumerate() {
        let mut subject = pattern.subject();
        let mut notes = notes.clone();
        if words.len() > 1 {
            notes.push(format!(
                "keys of this pattern hold different things: {}",
                words.join(", ")
            ));
        }
        if at > 0 {
            subject = format!("{subject}-{}", words[at].replace('+', "-"));
        }
        // What is no form of its own speaks against the commonest.
        let against = if at == 0 {
            std::mem::take(&mut rare)
        } else {
            Vec::new()
        };
        proposals.push(of_form(&subject, pattern, decided, against, notes, options));
    }
    proposals
}

fn of_form(
    subject: &str,
    pattern: &KeyPattern,
    decided: Decided,
    mut counter_examples: Vec<CounterExample>,
    mut notes: Vec<String>,
    options: &Options,
) -> Proposal {
    let Decided {
        redis_type,
        encoding,
        form,
    } = decided;
    let keys_without = |member: &str| variants::keys_without(&form, member);
    let mut describer = Describer {
        options,
        of: &redis_type,
        keys_without: &keys_without,
        fields: Vec::new(),
        base: Way::default(),
        said: Map::new(),
    };
    let schema = match (&redis_type, encoding.map(|encoding| encoding.content)) {
        (RedisType::Json | RedisType::Module(_), _) | (_, Some(Content::Raw)) => {
            serde_json::json!({})
        }
        (RedisType::Stream, _) => stream(describer.root(&form)),
        _ => describer.root(&form),
    };
    let (expiry, late) = expiry(&form, options);
    counter_examples.extend(late);
    counter_examples.extend(describer.counter_examples());
    if form.unnamed.count > 0 {
        let (count, keys) = (form.unnamed.count, form.unnamed.keys());
        counter_examples.push(exception("", "a name that is no text", count, keys));
    }
    let (fields, base, said) = (describer.fields, describer.base, describer.said);
    let refused: u64 = counter_examples.iter().map(|example| example.count).sum();
    // Records of rare forms are not among the records of this one, but of its pattern.
    let records = form.tally.count;
    let written = match encoding {
        Some(encoding) => Some(encoding.to_string()),
        None => Some(base.name().to_owned()).filter(|_| base != Way::Text),
    };
    let draft = document(
        subject,
        pattern,
        &redis_type,
        Said {
            encoding: written,
            fields: said,
            expiry: &expiry,
            schema,
        },
    );
    if draft.is_none() {
        notes.push("no schema can name these keys: there is no draft".to_owned());
    }
    let (variants, version_field) = variants::of(&form, options);
    if let Some(field) = version_field.as_ref().filter(|field| field.shapes_differ) {
        notes.push(format!(
            "the field {} seems to say the version: its values come with different members",
            field.name
        ));
    }
    if matches!(redis_type, RedisType::Json | RedisType::Module(_)) {
        notes.push("values of modules cannot be looked into".to_owned());
    }
    Proposal {
        subject: subject.to_owned(),
        pattern: pattern.clone(),
        records,
        redis_type,
        encoding,
        sizes: form.sizes.get(),
        expiry,
        fields,
        variants,
        other_shapes: form.signatures.others,
        version_field,
        confidence: confidence(records.saturating_sub(refused), records),
        counter_examples,
        draft,
        examples: form.tally.keys(),
        notes,
    }
}

/// Ids of stream entries have a form of their own.
fn stream(mut schema: serde_json::Value) -> serde_json::Value {
    if let Some(id) = schema.pointer_mut("/items/properties/id") {
        *id = serde_json::json!({"type": "string"});
    }
    schema
}

/// What is proposed of the expiry, and what speaks against it.
fn expiry(form: &Form, options: &Options) -> (ExpiryProposal, Option<CounterExample>) {
    let (with, without) = (&form.expiry.with, &form.expiry.without);
    let required = with.count > 0 && without.count <= options.allowed(with.count + without.count);
    let late = (required && without.count > 0)
        .then(|| exception("", "no expiry", without.count, without.keys()));
    let max = form.expiry.range.and_then(|(_, longest)| round(longest));
    let proposal = ExpiryProposal {
        with: with.count,
        without: without.count,
        range: form.expiry.range,
        required,
        max,
    };
    (proposal, late)
}

/// Puts forms of strings together that are not told apart for certain: numbers alone are JSON where their neighbours are, and
/// bytes that happen to be MessagePack are none where most are not.
fn unite_strings(terminal: &mut Terminal, options: &Options) {
    let packings: BTreeSet<_> = terminal
        .forms
        .iter()
        .filter_map(|(of, _)| match of {
            FormOf::Text(packing, _) => Some(*packing),
            _ => None,
        })
        .collect();
    for packing in packings {
        let find = |terminal: &Terminal, content| {
            terminal
                .forms
                .iter()
                .position(|(of, _)| *of == FormOf::Text(packing, content))
        };
        if let (Some(_), Some(text)) =
            (find(terminal, Content::Json), find(terminal, Content::Text))
            && terminal.forms[text].1.place.texts.is_none()
        {
            let (_, mut texts) = terminal.forms.remove(text);
            texts.place.lexical = false;
            let json = find(terminal, Content::Json).expect("it was just found");
            terminal.forms[json].1.merge(texts, options);
        }
        if let (Some(msgpack), Some(raw)) = (
            find(terminal, Content::Msgpack),
            find(terminal, Content::Raw),
        ) && terminal.forms[msgpack].1.tally.count < terminal.forms[raw].1.tally.count
        {
            let (_, documents) = terminal.forms.remove(msgpack);
            let raw = find(terminal, Content::Raw).expect("it was just found");
            terminal.forms[raw].1.merge(documents, options);
        }
    }
}

fn redis_type(of: &FormOf) -> RedisType {
    match of {
        FormOf::Text(..) => RedisType::String,
        FormOf::Hash => RedisType::Hash,
        FormOf::List => RedisType::List,
        FormOf::Set => RedisType::Set,
        FormOf::SortedSet => RedisType::SortedSet,
        FormOf::Stream => RedisType::Stream,
        FormOf::Module(name) if &**name == "ReJSON-RL" => RedisType::Json,
        FormOf::Module(name) => RedisType::Module(name.to_string()),
    }
}

fn decided(of: &FormOf, form: Form, options: &Options) -> Decided {
    let encoding = match of {
        FormOf::Text(packing, content) => {
            let content = match content {
                Content::Text => content_of_text(&form, options),
                content => *content,
            };
            Some(Encoding {
                packing: *packing,
                content,
            })
        }
        _ => None,
    };
    Decided {
        redis_type: redis_type(of),
        encoding,
        form,
    }
}

/// Texts that are all integers are that; that are all numbers, are numbers of JSON.
fn content_of_text(form: &Form, options: &Options) -> Content {
    use super::proposal::FieldType;
    match super::decide::decide(&form.place, "", options).accepted[..] {
        [FieldType::Integer] => Content::Integer,
        [FieldType::Number] => Content::Json,
        _ => Content::Text,
    }
}
