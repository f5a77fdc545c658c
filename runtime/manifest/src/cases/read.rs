//! From the tree to cases.

use std::collections::HashSet;
use std::ops::Range;

use bytes::Bytes;
use remold_host_api::{Entry, FailureReason, Value};

use super::fields::{At, Fields, Reader};
use super::{
    Case, DEFAULT_NOW_MS, Direction, Expectation, Expected, ExpectedOutcome, ExpectedRecord,
    ExpectedValue, GivenRecord, name,
};
use crate::error::{MAX_FINDINGS, Problem};
use crate::yaml::{Content, Meaning, Node, Path, quote};

/// Where a case's expectation is in the text, so that it can be replaced.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// From the field's name to the end of its value.
    pub(super) expect: Range<usize>,
    /// Whether the case is written in braces.
    pub(super) in_braces: bool,
}

const CASE: [&str; 7] = [
    "name",
    "given",
    "expect",
    "parameters",
    "now",
    "seed",
    "direction",
];
pub(super) const OUTCOMES: [&str; 4] = ["unchanged", "skip", "reject", "failure"];

impl Reader<'_> {
    pub(super) fn cases(&mut self, root: &Node) -> (Vec<Case>, Vec<Place>) {
        let root = At::new(root, Path::default());
        let mut cases: Vec<Case> = Vec::new();
        let mut names = HashSet::new();
        let mut places = Vec::new();
        for item in self.list(&root).unwrap_or_default() {
            if self.findings.len() > MAX_FINDINGS {
                break;
            }
            let Some((case, place)) = self.case(&item) else {
                continue;
            };
            if !names.insert(case.name.clone()) {
                let found = format!("the name {}", quote(&case.name));
                self.report_at(&item, Problem::Repeated { found });
            }
            cases.push(case);
            places.push(place);
        }
        (cases, places)
    }

    fn case(&mut self, at: &At<'_>) -> Option<(Case, Place)> {
        let fields = self.fields(at, &CASE)?;
        let name = fields.required("name", self);
        let name = name.and_then(|name| self.words(&name));
        let given = fields.required("given", self);
        let given = given.and_then(|given| self.given(&given));
        let expect = fields.required("expect", self);
        let expectation = expect.as_ref().and_then(|expect| self.expectation(expect));
        if let (Some(given), Some(Expectation::Keys(keys)), Some(at)) =
            (&given, &expectation, &expect)
        {
            self.outcomes_are_of_given_keys(given, keys, at);
        }
        let parameters = fields.get("parameters");
        let parameters = parameters.map(|parameters| self.parameters(&parameters));
        let now_ms = fields.get("now").map(|now| self.timestamp(&now));
        let seed = fields.get("seed").map(|seed| self.whole(&seed));
        let direction = fields.get("direction").map(|direction| {
            let known = [
                ("migrate", Direction::Migrate),
                ("revert", Direction::Revert),
            ];
            self.word(&direction, &known)
        });
        let place = self.place(at.node)?;
        let case = Case {
            name: name?.to_owned(),
            line: self.lines.line(at.node.span.start),
            given: given?,
            expect: expectation?,
            // An outer `None` is a field that was not given, an inner one could not be read.
            parameters: match parameters {
                None => None,
                Some(read) => Some(read?),
            },
            now_ms: now_ms.unwrap_or(Some(DEFAULT_NOW_MS))?,
            seed: seed.unwrap_or(Some(0))?,
            direction: direction.unwrap_or(Some(Direction::Migrate))?,
        };
        Some((case, place))
    }

    fn place(&self, case: &Node) -> Option<Place> {
        let Content::Mapping(pairs) = &case.content else {
            return None;
        };
        let pair = pairs.iter().find(|pair| pair.key.text == "expect")?;
        Some(Place {
            expect: pair.key.span.start..pair.value.span.end,
            in_braces: self.text[case.span.start..].starts_with('{'),
        })
    }

    pub(super) fn parameters(
        &mut self,
        at: &At<'_>,
    ) -> Option<serde_json::Map<String, serde_json::Value>> {
        self.mapping(at)?;
        match at.node.to_json() {
            Ok(serde_json::Value::Object(object)) => Some(object),
            Ok(_) => None,
            Err(span) => {
                self.no_json(span, at);
                None
            }
        }
    }

    fn given(&mut self, at: &At<'_>) -> Option<Vec<GivenRecord>> {
        let pairs = self.mapping(at)?;
        if pairs.is_empty() {
            self.report_at(at, Problem::EmptyValue);
            return None;
        }
        let mut records = Some(Vec::new());
        for (pair, record) in at.entries(pairs) {
            let key = self.name(&pair.key, &record.path);
            let read = self
                .fields(&record, &super::value::RECORD)
                .and_then(|fields| self.record(&fields, &record));
            if let (Some(key), Some(read), Some(records)) = (key, read, records.as_mut()) {
                let (value, as_json) = match read.value {
                    ExpectedValue::Exact(value) => (value, false),
                    ExpectedValue::Json(json) => (Value::Text(json.to_string().into()), true),
                };
                let entry = Entry {
                    key,
                    value,
                    expires_at: read.expires_at,
                };
                records.push(GivenRecord { entry, as_json });
            } else {
                records = None;
            }
        }
        records
    }

    fn expectation(&mut self, at: &At<'_>) -> Option<Expectation> {
        let pairs = self.mapping(at)?;
        // A key of the keyspace has a mapping for its value, an outcome never has.
        let is_outcome = pairs
            .iter()
            .any(|pair| !matches!(pair.value.content, Content::Mapping(_)));
        if is_outcome {
            let fields = self.fields(at, &OUTCOMES)?;
            return self.outcome(&fields, at).map(Expectation::All);
        }
        let mut keys = Vec::new();
        let mut complete = true;
        for (pair, record) in at.entries(pairs) {
            let key = self.name(&pair.key, &record.path);
            match key.zip(self.expected(&record)) {
                Some(expected) => keys.push(expected),
                None => complete = false,
            }
        }
        complete.then_some(Expectation::Keys(keys))
    }

    fn expected(&mut self, at: &At<'_>) -> Option<Expected> {
        let known: Vec<&str> = super::value::RECORD.into_iter().chain(OUTCOMES).collect();
        let fields = self.fields(at, &known)?;
        let given = |name: &&&str| fields.get(name).is_some();
        let Some(outcome) = OUTCOMES.iter().find(given) else {
            return self.record(&fields, at).map(Expected::Record);
        };
        if let Some(other) = super::value::RECORD.iter().find(given) {
            let problem = Problem::Exclusive {
                name: (*outcome).to_owned(),
                other: (*other).to_owned(),
            };
            self.report_at(at, problem);
            return None;
        }
        self.outcome(&fields, at).map(Expected::Outcome)
    }

    fn outcome(&mut self, fields: &Fields<'_>, at: &At<'_>) -> Option<ExpectedOutcome> {
        let given: Vec<_> = OUTCOMES
            .iter()
            .filter_map(|name| fields.get(name).map(|value| (*name, value)))
            .collect();
        match given.as_slice() {
            [] => None,
            [(name, value)] => self.one_outcome(name, value),
            [(first, _), (second, _), ..] => {
                let problem = Problem::Exclusive {
                    name: (*second).to_owned(),
                    other: (*first).to_owned(),
                };
                self.report_at(at, problem);
                None
            }
        }
    }

    fn one_outcome(&mut self, name: &str, at: &At<'_>) -> Option<ExpectedOutcome> {
        let yes = matches!(&at.node.content, Content::Scalar(scalar) if scalar.meaning == Meaning::Bool(true));
        match name {
            "unchanged" if yes => Some(ExpectedOutcome::Unchanged),
            "unchanged" => {
                self.wrong_type(at, "`true`", None);
                None
            }
            "skip" if yes => Some(ExpectedOutcome::Skip(None)),
            "skip" => {
                let reason = self.words(at)?;
                Some(ExpectedOutcome::Skip(Some(reason.to_owned())))
            }
            "reject" => {
                let code = self.words(at)?;
                Some(ExpectedOutcome::Reject(code.to_owned()))
            }
            _ => {
                let known = FailureReason::ALL.map(|reason| (reason.code(), reason));
                self.word(at, &known).map(ExpectedOutcome::Failure)
            }
        }
    }

    pub(super) fn record(&mut self, fields: &Fields<'_>, at: &At<'_>) -> Option<ExpectedRecord> {
        let value = self.value(fields, at);
        let expires_at = match fields.get("expiresAt") {
            None => None,
            Some(at) => Some(self.timestamp(&at)?),
        };
        Some(ExpectedRecord {
            value: value?,
            expires_at,
        })
    }

    fn outcomes_are_of_given_keys(
        &mut self,
        given: &[GivenRecord],
        keys: &[(Bytes, Expected)],
        at: &At<'_>,
    ) {
        let given: HashSet<&Bytes> = given.iter().map(|record| &record.entry.key).collect();
        for (key, expected) in keys {
            if given.contains(key) || matches!(expected, Expected::Record(_)) {
                continue;
            }
            let key = name::write(key);
            let path = at.path.field(&key);
            self.report_at(at, Problem::NotGiven { key });
            if let Some(finding) = self.findings.last_mut() {
                finding.path = path;
            }
        }
    }
}
