//! Both directions of a comparison, decided and confirmed by the validator.

use serde_json::Value;

use super::document::Document;
use super::error::{CompareError, Side};
use super::graph::{self, Graph, Id};
use super::solve::{Literal, Outcome, Solver};
use super::{Mode, Options, Verdict, validator};

/// What is known of one direction.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) strict: Verdict,
    pub(crate) lenient: Verdict,
}

impl Decided {
    pub(crate) fn in_mode(&self, mode: Mode) -> &Verdict {
        match mode {
            Mode::Strict => &self.strict,
            Mode::Lenient => &self.lenient,
        }
    }

    /// The verdict of a mode, and the strict one if it is another.
    pub(crate) fn split(self, mode: Mode) -> (Verdict, Option<Verdict>) {
        let differs = mode == Mode::Lenient && self.strict.word() != self.lenient.word();
        let verdict = self.in_mode(mode).clone();
        (verdict, differs.then_some(self.strict))
    }
}

/// Both directions.
#[derive(Debug)]
pub(crate) struct Both {
    pub(crate) backward: Decided,
    pub(crate) forward: Decided,
}

/// Decides both directions.
pub(crate) fn both_ways(
    old: &Document,
    new: &Document,
    options: &Options,
) -> Result<Both, CompareError> {
    let invalid = |side: Side| {
        move |error: jsonschema::ValidationError<'static>| CompareError::Invalid {
            side,
            pointer: error.instance_path().to_string(),
            message: error.to_string(),
        }
    };
    let mut graph = Graph::default();
    let old_root = read(&mut graph, old, options, Side::Old)?;
    let new_root = read(&mut graph, new, options, Side::New)?;
    let old_validator = validator(&old.root, &options.formats).map_err(invalid(Side::Old))?;
    let new_validator = validator(&new.root, &options.formats).map_err(invalid(Side::New))?;
    if let Some(reason) = [&old.doubt, &new.doubt].into_iter().flatten().next()
        && old.root != new.root
    {
        let unknown = Verdict::Unknown {
            reason: reason.clone(),
        };
        let both = Decided {
            strict: unknown.clone(),
            lenient: unknown,
        };
        return Ok(Both {
            backward: both.clone(),
            forward: both,
        });
    }
    let mut way = |data: (Id, &jsonschema::Validator), reader: (Id, &jsonschema::Validator)| {
        let mut in_mode = |declared_only| {
            let (outcome, _) = search(&mut graph, data.0, reader.0, options, declared_only);
            confirmed(outcome, data.1, reader.1)
        };
        let mut strict = in_mode(false);
        // What holds for more data holds for fewer, and what breaks for fewer breaks for more.
        let lenient = match (&strict, options.mode) {
            (Verdict::Holds, _) | (Verdict::Broken { .. }, Mode::Strict) => strict.clone(),
            _ => in_mode(true),
        };
        if matches!(strict, Verdict::Unknown { .. }) && lenient.is_broken() {
            strict = lenient.clone();
        }
        Decided { strict, lenient }
    };
    let backward = way((old_root, &old_validator), (new_root, &new_validator));
    let forward = way((new_root, &new_validator), (old_root, &old_validator));
    Ok(Both { backward, forward })
}

fn read(
    graph: &mut Graph,
    document: &Document,
    options: &Options,
    side: Side,
) -> Result<Id, CompareError> {
    parsed(graph, &document.root, options).map_err(|error| match error {
        graph::ParseError::Deep => CompareError::TooDeep {
            side,
            limit: graph::DEEPEST,
        },
        graph::ParseError::Loop(pointer) => CompareError::Loop { side, pointer },
        graph::ParseError::Nowhere(pointer, reference) => CompareError::Unresolved {
            side,
            pointer,
            reference,
        },
    })
}

/// Reads a schema that is ready into a graph.
pub(crate) fn parsed(
    graph: &mut Graph,
    root: &Value,
    options: &Options,
) -> Result<Id, graph::ParseError> {
    let known = jsonschema::options();
    let is_format = |name: &str| {
        known.is_known_format(jsonschema::Draft::Draft202012, name)
            || options.formats.iter().any(|format| format.name == name)
    };
    graph::parse(graph, root, &is_format)
}

/// Looks for a document of one schema that is none of another. The second result is the number of steps that were left.
pub(crate) fn search(
    graph: &mut Graph,
    data: Id,
    reader: Id,
    options: &Options,
    declared_only: bool,
) -> (Outcome, u64) {
    let mut solver = Solver::new(graph, &options.formats, declared_only, options.steps);
    let goal = vec![
        Literal {
            id: data,
            holds: true,
            data: true,
        },
        Literal {
            id: reader,
            holds: false,
            data: false,
        },
    ];
    let outcome = match solver.solve(goal.clone()) {
        Outcome::Unknown(_, Some(value)) if solver.satisfies(&goal, &value) => {
            Outcome::Found(value)
        }
        outcome => outcome,
    };
    (outcome, solver.steps_left())
}

/// Tries the document that was found with the validator.
fn confirmed(
    outcome: Outcome,
    data: &jsonschema::Validator,
    reader: &jsonschema::Validator,
) -> Verdict {
    let (witness, why) = match outcome {
        Outcome::Empty => return Verdict::Holds,
        Outcome::Found(witness) => (witness, None),
        Outcome::Unknown(why, Some(witness)) => (witness, Some(why)),
        Outcome::Unknown(why, None) => {
            return Verdict::Unknown {
                reason: why.to_string(),
            };
        }
    };
    let found = reader.iter_errors(&witness).next().map(|error| {
        let place = error.instance_path().to_string();
        let place = if place.is_empty() {
            "the document".to_owned()
        } else {
            place
        };
        format!("{place}: {error}")
    });
    if let Some(reason) = found
        && data.is_valid(&witness)
    {
        return Verdict::Broken { reason, witness };
    }
    let reason = why.map_or_else(
        || format!("a document was found, and the validator does not confirm it: {witness}"),
        |why| why.to_string(),
    );
    Verdict::Unknown { reason }
}
