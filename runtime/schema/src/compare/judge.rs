//! What each difference breaks, in its context.
//!
//! Not guessed from its kind: the difference is made alone, in the old schema as a whole, and the two are compared like any two
//! schemas. So a narrower branch that another one covers breaks nothing, nor does anything in a definition that is not used. Where
//! all differences together break nothing, no single one does. How many are judged is bounded; of the others it is not known.

use serde_json::Value;

use super::change::{Answer, Breaks, Change, ChangeKind, Severity};
use super::decide::{self, Both, Decided};
use super::document::Document;
use super::graph::{Graph, Id};
use super::solve::Outcome;
use super::walk::{self, Difference};
use super::{Mode, Options, Verdict, words};

/// How many values all edited texts may have together.
const MOST_VALUES: usize = 400_000;

/// How many steps all judgements may take together, in multiples of those of one decision.
const MOST_TIMES: u64 = 4;

/// What is known of one direction of one difference.
#[derive(Debug, Clone)]
pub(crate) enum Finding {
    /// It breaks nothing.
    Fine,
    /// It breaks this document.
    Breaks(Value),
    /// It breaks something only with others.
    Together,
    /// Not known why.
    Unknown(String),
}

impl Finding {
    fn answer(&self) -> Answer {
        match self {
            Self::Fine => Answer::No,
            Self::Breaks(_) | Self::Together => Answer::Yes,
            Self::Unknown(_) => Answer::Unknown,
        }
    }
}

/// What is known of both directions of one difference.
#[derive(Debug, Clone)]
pub(crate) struct Findings {
    pub(crate) data: Finding,
    pub(crate) readers: Finding,
}

impl Findings {
    fn breaks(&self) -> Breaks {
        Breaks {
            old_data: self.data.answer(),
            old_readers: self.readers.answer(),
        }
    }
}

struct Court<'a> {
    graph: Graph,
    base: Value,
    base_id: Option<Id>,
    options: &'a Options,
    steps: u64,
    values: usize,
    size: usize,
}

/// Finds and judges all differences.
pub(crate) fn changes(
    old: &Document,
    new: &Document,
    decided: &Both,
    options: &Options,
) -> Vec<Change> {
    let known = jsonschema::options();
    let is_format = |name: &str| {
        known.is_known_format(jsonschema::Draft::Draft202012, name)
            || options.formats.iter().any(|format| format.name == name)
    };
    let differences = walk::differences(&old.root, &new.root, &is_format);
    let mut court = Court::open(old, new, options);
    let modes = match options.mode {
        Mode::Strict => vec![Mode::Strict],
        Mode::Lenient => vec![Mode::Lenient, Mode::Strict],
    };
    let mut by_mode: Vec<Vec<Findings>> = Vec::new();
    for mode in modes {
        let mut findings: Vec<Findings> = differences
            .iter()
            .map(|difference| court.judge(difference, decided, mode))
            .collect();
        agree(
            &mut findings,
            &differences,
            &decided.backward,
            mode,
            |finding| &mut finding.data,
        );
        agree(
            &mut findings,
            &differences,
            &decided.forward,
            mode,
            |finding| &mut finding.readers,
        );
        by_mode.push(findings);
    }
    let strict = by_mode.get(1).cloned();
    let usual = by_mode.swap_remove(0);
    differences
        .into_iter()
        .zip(usual)
        .enumerate()
        .map(|(place, (difference, findings))| {
            told(
                difference,
                &findings,
                strict.as_ref().map(|strict| &strict[place]),
            )
        })
        .collect()
}

fn told(difference: Difference, findings: &Findings, strict: Option<&Findings>) -> Change {
    let breaks = findings.breaks();
    let other = strict.filter(|strict| strict.breaks() != breaks);
    let why = words::why(&difference, findings, other);
    let hint = words::hint(difference.kind, breaks);
    Change {
        path: difference.path,
        data_path: difference.data_path,
        kind: difference.kind,
        old: difference.old,
        new: difference.new,
        breaks,
        strict: other.map(Findings::breaks),
        severity: Severity::of(breaks),
        why,
        hint,
    }
}

/// Makes the findings of one direction agree with its verdict: where something breaks, something has to be what breaks it.
fn agree(
    findings: &mut [Findings],
    differences: &[Difference],
    decided: &Decided,
    mode: Mode,
    of: impl Fn(&mut Findings) -> &mut Finding,
) {
    let finding = match decided.in_mode(mode) {
        Verdict::Holds => return,
        Verdict::Broken { .. } => Finding::Together,
        Verdict::Unknown { reason } => Finding::Unknown(reason.clone()),
    };
    if findings
        .iter_mut()
        .any(|one| !matches!(of(one), Finding::Fine))
    {
        return;
    }
    for (one, difference) in findings.iter_mut().zip(differences) {
        let quiet = matches!(
            difference.kind,
            ChangeKind::AnnotationChanged
                | ChangeKind::DefinitionAdded
                | ChangeKind::DefinitionRemoved
        );
        if !quiet {
            *of(one) = finding.clone();
        }
    }
}

impl<'a> Court<'a> {
    fn open(old: &Document, new: &Document, options: &'a Options) -> Self {
        let mut base = old.root.clone();
        // What is added may refer to definitions that are added too; those alone change nothing.
        for keyword in ["$defs", "definitions"] {
            let Some(added) = new.root.get(keyword).and_then(Value::as_object) else {
                continue;
            };
            for (name, definition) in added {
                let pointer = super::document::child(&format!("/{keyword}"), name);
                if base.pointer(&pointer).is_none() && base.is_object() {
                    walk::apply(
                        &mut base,
                        &walk::Edit {
                            pointer,
                            value: Some(definition.clone()),
                        },
                    );
                }
            }
        }
        let mut graph = Graph::default();
        let base_id = decide::parsed(&mut graph, &base, options).ok();
        let size = size(&base);
        Self {
            graph,
            base,
            base_id,
            options,
            steps: options.steps * MOST_TIMES,
            values: MOST_VALUES,
            size,
        }
    }

    fn judge(&mut self, difference: &Difference, decided: &Both, mode: Mode) -> Findings {
        let fine = Findings {
            data: Finding::Fine,
            readers: Finding::Fine,
        };
        let holds = |decided: &Decided| decided.in_mode(mode).holds();
        let (data, readers) = (!holds(&decided.backward), !holds(&decided.forward));
        if words::says_nothing(difference) || !(data || readers) {
            return fine;
        }
        let unknown = |why: &str| Finding::Unknown(why.to_owned());
        let all = |why: &str| Findings {
            data: if data { unknown(why) } else { Finding::Fine },
            readers: if readers { unknown(why) } else { Finding::Fine },
        };
        if self.values < self.size || self.steps == 0 {
            return all("there are too many changes to judge each");
        }
        self.values -= self.size;
        let mut edited = self.base.clone();
        if !walk::apply(&mut edited, &difference.edit) {
            return all("it cannot be looked at apart from the others");
        }
        let (Some(base), Ok(edited)) = (
            self.base_id,
            decide::parsed(&mut self.graph, &edited, self.options),
        ) else {
            return all("it cannot be looked at apart from the others");
        };
        if base == edited {
            return fine;
        }
        let mut way = |asked: bool, from: Id, to: Id| {
            if asked {
                self.alone(from, to, mode)
            } else {
                Finding::Fine
            }
        };
        Findings {
            data: way(data, base, edited),
            readers: way(readers, edited, base),
        }
    }

    fn alone(&mut self, data: Id, reader: Id, mode: Mode) -> Finding {
        let mut options = self.options.clone();
        options.steps = (self.options.steps / 2).min(self.steps);
        let (outcome, left) = decide::search(
            &mut self.graph,
            data,
            reader,
            &options,
            mode == Mode::Lenient,
        );
        self.steps = self.steps.saturating_sub(options.steps - left);
        match outcome {
            Outcome::Empty => Finding::Fine,
            Outcome::Found(witness) => Finding::Breaks(witness),
            Outcome::Unknown(why, _) => Finding::Unknown(why.to_string()),
        }
    }
}

fn size(value: &Value) -> usize {
    let mut open = vec![value];
    let mut count = 0;
    while let Some(value) = open.pop() {
        count += 1;
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    count
}
