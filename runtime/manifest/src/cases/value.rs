//! From the tree to values of every kind.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use remold_host_api::{Collection, HashField, Opaque, Scored, Value};

use super::ExpectedValue;
use super::fields::{At, Fields, Reader};
use super::name;
use crate::error::Problem;
use crate::yaml::{Content, Key, Meaning, Path, quote};

/// The fields of a record: exactly one kind of value, and the expiry.
pub(super) const RECORD: [&str; 9] = [
    "text",
    "json",
    "list",
    "set",
    "sortedSet",
    "hash",
    "stream",
    "opaque",
    "expiresAt",
];
const KINDS: [&str; 8] = [
    "text",
    "json",
    "list",
    "set",
    "sortedSet",
    "hash",
    "stream",
    "opaque",
];

impl Reader<'_> {
    /// Reads the value of a record.
    pub(super) fn value(&mut self, fields: &Fields<'_>, record: &At<'_>) -> Option<ExpectedValue> {
        let given: Vec<_> = KINDS
            .iter()
            .filter_map(|kind| fields.get(kind).map(|value| (*kind, value)))
            .collect();
        let (kind, at) = match given.as_slice() {
            [one] => one,
            [] if fields.has_unknown => return None,
            [] => {
                let accepted = KINDS.iter().map(|&kind| kind.to_owned()).collect();
                self.report_at(record, Problem::NoneOf { accepted });
                return None;
            }
            [(first, _), (second, _), ..] => {
                let problem = Problem::Exclusive {
                    name: (*second).to_owned(),
                    other: (*first).to_owned(),
                };
                self.report_at(record, problem);
                return None;
            }
        };
        let value = match *kind {
            "json" => return self.json(at),
            "text" => Value::Text(self.bytes(at)?),
            "list" => Value::List(self.list_of_bytes(at)?),
            "set" => self.set(at)?,
            "sortedSet" => self.sorted_set(at)?,
            "hash" => self.hash(at)?,
            "stream" => Value::Stream(Box::new(self.stream(at)?)),
            _ => self.opaque(at)?,
        };
        if value.is_empty_aggregate() {
            self.report_at(at, Problem::EmptyValue);
            return None;
        }
        Some(ExpectedValue::Exact(value))
    }

    fn json(&mut self, at: &At<'_>) -> Option<ExpectedValue> {
        match at.node.to_json() {
            Ok(json) => Some(ExpectedValue::Json(json)),
            Err(span) => {
                self.no_json(span, at);
                None
            }
        }
    }

    /// Notes a number that JSON does not have.
    pub(super) fn no_json(&mut self, span: std::ops::Range<usize>, at: &At<'_>) {
        let problem = Problem::WrongType {
            expected: "a number that JSON can hold".to_owned(),
            found: format!("`{}`", &self.text[span.clone()]),
            advice: None,
        };
        self.report(span, &at.path, problem);
    }

    /// Reads bytes: a scalar as it is written, or `{ base64: … }`.
    pub(super) fn bytes(&mut self, at: &At<'_>) -> Option<Bytes> {
        match &at.node.content {
            Content::Scalar(scalar) if scalar.meaning == Meaning::Null => {
                let advice = "write `\"\"` for an empty text, `\"null\"` for the word";
                self.wrong_type(at, "a text", Some(advice));
                None
            }
            Content::Scalar(scalar) => Some(Bytes::copy_from_slice(scalar.text.as_bytes())),
            Content::Mapping(_) => {
                let fields = self.fields(at, &["base64"])?;
                let encoded = fields.required("base64", self)?;
                self.base64(&encoded)
            }
            Content::Sequence(_) => {
                self.wrong_type(at, "a text, or `{ base64: … }`", None);
                None
            }
        }
    }

    pub(super) fn base64(&mut self, at: &At<'_>) -> Option<Bytes> {
        let Content::Scalar(scalar) = &at.node.content else {
            self.wrong_type(at, "a text in Base64", None);
            return None;
        };
        let Ok(bytes) = STANDARD.decode(&scalar.text) else {
            self.form(at, &scalar.text, "Base64 with padding");
            return None;
        };
        Some(bytes.into())
    }

    /// Reads a name that is a field's.
    pub(super) fn name(&mut self, key: &Key, path: &Path) -> Option<Bytes> {
        let read = name::read(&key.text);
        if read.is_none() {
            let problem = Problem::Form {
                expected: "a name: a backslash is written `\\\\`, a byte `\\xff`",
                found: key.text.clone(),
            };
            self.report(key.span.clone(), path, problem);
        }
        read
    }

    fn list_of_bytes(&mut self, at: &At<'_>) -> Option<Vec<Bytes>> {
        let items = self.list(at)?;
        let read: Vec<_> = items.iter().map(|item| self.bytes(item)).collect();
        read.into_iter().collect()
    }

    fn set(&mut self, at: &At<'_>) -> Option<Value> {
        let members = self.list_of_bytes(at)?;
        match Collection::try_from_items(members) {
            Ok(members) => Some(Value::Set(members)),
            Err(duplicate) => {
                let found = format!("the member {}", quote(&name::write(&duplicate.name)));
                self.report_at(at, Problem::Repeated { found });
                None
            }
        }
    }

    fn sorted_set(&mut self, at: &At<'_>) -> Option<Value> {
        let mut members = Vec::new();
        let mut complete = true;
        for (pair, score) in at.entries(self.mapping(at)?) {
            let member = self.name(&pair.key, &score.path);
            match member.zip(self.score(&score)) {
                Some((member, score)) => members.push(Scored { member, score }),
                None => complete = false,
            }
        }
        let members = self.distinct(members, at)?;
        complete.then_some(Value::SortedSet(members))
    }

    fn score(&mut self, at: &At<'_>) -> Option<f64> {
        if let Content::Scalar(scalar) = &at.node.content {
            match &scalar.meaning {
                Meaning::Number(number) => {
                    if let Some(score) = number.as_f64().filter(|score| score.is_finite()) {
                        return Some(score);
                    }
                }
                Meaning::NotFinite(score) => return Some(*score),
                _ => {}
            }
        }
        self.wrong_type(at, "a score: a number, `.inf` or `-.inf`", None);
        None
    }

    fn hash(&mut self, at: &At<'_>) -> Option<Value> {
        let mut fields = Vec::new();
        let mut complete = true;
        for (pair, value) in at.entries(self.mapping(at)?) {
            let name = self.name(&pair.key, &value.path);
            match name.zip(self.hash_value(&value)) {
                Some((name, (value, expires_at))) => fields.push(HashField {
                    name,
                    value,
                    expires_at,
                }),
                None => complete = false,
            }
        }
        let fields = self.distinct(fields, at)?;
        complete.then_some(Value::Hash(fields))
    }

    /// Reads a hash field's value: bytes, or `{ value: …, expiresAt: … }`.
    fn hash_value(&mut self, at: &At<'_>) -> Option<(Bytes, Option<u64>)> {
        let Content::Mapping(pairs) = &at.node.content else {
            return Some((self.bytes(at)?, None));
        };
        if pairs.iter().any(|pair| pair.key.text == "base64") {
            return Some((self.bytes(at)?, None));
        }
        let fields = self.fields(at, &["value", "expiresAt"])?;
        let value = fields.required("value", self)?;
        let value = self.bytes(&value);
        let expires_at = match fields.get("expiresAt") {
            None => None,
            Some(at) => Some(self.timestamp(&at)?),
        };
        Some((value?, expires_at))
    }

    /// Two names that are written differently can still be the same bytes.
    fn distinct<T: remold_host_api::Named>(
        &mut self,
        items: Vec<T>,
        at: &At<'_>,
    ) -> Option<Collection<T>> {
        match Collection::try_from_items(items) {
            Ok(collection) => Some(collection),
            Err(duplicate) => {
                let found = format!("the name {}", quote(&name::write(&duplicate.name)));
                self.report_at(at, Problem::Repeated { found });
                None
            }
        }
    }

    fn opaque(&mut self, at: &At<'_>) -> Option<Value> {
        let fields = self.fields(at, &["typeId", "module", "base64"])?;
        let type_id = fields.required("typeId", self);
        let bytes = fields.required("base64", self);
        let type_id = type_id.and_then(|at| {
            let number = self.whole(&at)?;
            let type_id = u8::try_from(number).ok();
            if type_id.is_none() {
                let problem = Problem::OutOfRange {
                    found: number.to_string(),
                    minimum: 0,
                    maximum: Some(255),
                };
                self.report_at(&at, problem);
            }
            type_id
        });
        let module = match fields.get("module") {
            None => None,
            Some(module) => Some(self.words(&module)?.to_owned()),
        };
        let bytes = bytes.and_then(|bytes| self.base64(&bytes));
        Some(Value::Opaque(Opaque {
            type_id: type_id?,
            module,
            bytes: bytes?,
        }))
    }
}
