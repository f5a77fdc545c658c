//! From the tree to recordings.

mod program;

use bytes::Bytes;
use remold_host_api::{Entry, FailureReason, Grant, Value};

use super::{FORMAT, RecordedOutcome, RecordedRecord, RecordedSource, Recording};
use crate::cases::ExpectedValue;
use crate::cases::fields::{At, Reader};
use crate::cases::value::RECORD;
use crate::error::{MAX_FINDINGS, Problem};
use crate::yaml::{Content, Meaning, Node, Path};

const RECORDING: [&str; 16] = [
    "recording",
    "migration",
    "digest",
    "run",
    "target",
    "server",
    "rdbVersion",
    "remold",
    "now",
    "seed",
    "redacted",
    "notes",
    "omitted",
    "grants",
    "records",
    "program",
];
const OUTCOME: [&str; 7] = [
    "unchanged",
    "skip",
    "reject",
    "failure",
    "changed",
    "message",
    "at",
];
impl Reader<'_> {
    /// Reads a recording; nothing, with a finding, if it is none.
    pub(super) fn recording(&mut self, root: &Node) -> Option<Recording> {
        let at = At::new(root, Path::default());
        let pairs = self.mapping(&at)?;
        let mut fields = at.entries(pairs);
        let Some((_, version)) = fields.find(|(pair, _)| pair.key.text == "recording") else {
            let meaning = "the format's version, which `remold record` writes first: this is another document";
            let problem = Problem::MissingField {
                name: "recording".to_owned(),
                meaning: Some(meaning.to_owned()),
            };
            self.report_at(&at, problem);
            return None;
        };
        let found = self.whole(&version)?;
        // A newer version may have other fields, which are no mistake.
        if found > FORMAT {
            let problem = Problem::NewerFormat {
                found,
                known: FORMAT,
            };
            self.report_at(&version, problem);
            return None;
        }
        let known: Vec<&str> = RECORDING.into_iter().chain(["transform"]).collect();
        let fields = self.fields(&at, &known)?;
        let text = |name: &str, reader: &mut Self| {
            let at = fields.required(name, reader)?;
            reader.text_of(&at)
        };
        let migration = text("migration", self);
        let digest = text("digest", self);
        let target = text("target", self);
        let server = text("server", self);
        let remold = text("remold", self);
        let run = self.optional(&fields, "run", Self::text_of)?;
        let now_ms = fields
            .required("now", self)
            .and_then(|at| self.timestamp(&at));
        let seed = fields.required("seed", self).and_then(|at| self.whole(&at));
        let version = fields
            .required("rdbVersion", self)
            .and_then(|at| self.version(&at));
        let redacted = fields
            .required("redacted", self)
            .and_then(|at| self.texts(&at));
        let notes = self
            .optional(&fields, "notes", Self::texts)?
            .unwrap_or_default();
        let omitted = self.optional(&fields, "omitted", Self::whole)?.unwrap_or(0);
        let grants = self
            .optional(&fields, "grants", Self::recorded_grants)?
            .unwrap_or_default();
        let program = self.optional(&fields, "program", Self::recorded_program)?;
        let records = match fields.get("records") {
            Some(at) => self.recorded_records(&at),
            None if program.is_some() => Some(Vec::new()),
            None => fields.required("records", self).map(|_| Vec::new()),
        };
        let transform = fields.required("transform", self);
        let (manifest, sources) = transform.and_then(|at| self.recorded_transform(&at))?;
        Some(Recording {
            migration: migration?,
            digest: digest?,
            run,
            target: target?,
            server: server?,
            rdb_version: version?,
            remold: remold?,
            now_ms: now_ms?,
            seed: seed?,
            redacted: redacted?,
            notes,
            omitted,
            grants,
            manifest,
            sources,
            records: records?,
            program,
        })
    }

    /// Reads what the operator granted: without it a replay would grant all that is asked for.
    fn recorded_grants(&mut self, at: &At<'_>) -> Option<Vec<Grant>> {
        let mut grants = Vec::new();
        for text in self.texts(at)? {
            if let Ok(grant) = text.parse() {
                grants.push(grant);
            } else {
                let problem = Problem::Form {
                    expected: "a grant, as --grant takes it",
                    found: text,
                };
                self.report_at(at, problem);
                return None;
            }
        }
        Some(grants)
    }

    fn recorded_transform(
        &mut self,
        at: &At<'_>,
    ) -> Option<(serde_json::Value, Vec<(String, RecordedSource)>)> {
        let fields = self.fields(at, &["manifest", "sources"])?;
        let manifest = fields.required("manifest", self)?;
        let manifest = self.parameters(&manifest)?;
        let sources = fields.required("sources", self)?;
        let pairs = self.mapping(&sources)?;
        let mut read = Vec::new();
        for (pair, at) in sources.entries(pairs) {
            let source = match &at.node.content {
                Content::Scalar(scalar) => RecordedSource::Text(scalar.text.clone()),
                _ => {
                    let fields = self.fields(&at, &["omittedBytes"])?;
                    let bytes = fields.required("omittedBytes", self)?;
                    let bytes = self.whole(&bytes)?;
                    RecordedSource::Omitted { bytes }
                }
            };
            read.push((pair.key.text.clone(), source));
        }
        Some((serde_json::Value::Object(manifest), read))
    }

    fn recorded_records(&mut self, at: &At<'_>) -> Option<Vec<RecordedRecord>> {
        let mut records = Some(Vec::new());
        for item in self.list(at)? {
            if self.findings.len() > MAX_FINDINGS {
                return None;
            }
            match (self.recorded_record(&item), records.as_mut()) {
                (Some(record), Some(records)) => records.push(record),
                _ => records = None,
            }
        }
        records
    }

    fn recorded_record(&mut self, at: &At<'_>) -> Option<RecordedRecord> {
        let known = ["key", "given", "beside", "outcome", "reproduces"];
        let fields = self.fields(at, &known)?;
        let key = fields.required("key", self)?;
        let key = self.name_of(&key)?;
        let given = match fields.get("given") {
            None => None,
            Some(at) => Some(self.entry(&at, key.clone())??),
        };
        let beside = self.optional(&fields, "beside", Self::keys)?;
        let outcome = fields.required("outcome", self)?;
        Some(RecordedRecord {
            outcome: self.recorded_outcome(&outcome)?,
            key,
            given,
            beside: beside.unwrap_or_default(),
            reproduces: self.optional(&fields, "reproduces", Self::yes_or_no)?,
        })
    }

    /// Reads a record, or `absent: true`, which is `Some(None)`.
    #[allow(
        clippy::option_option,
        reason = "a record that is not there differs from one that cannot be read"
    )]
    fn entry(&mut self, at: &At<'_>, key: Bytes) -> Option<Option<Entry>> {
        let known: Vec<&str> = RECORD.into_iter().chain(["absent"]).collect();
        let fields = self.fields(at, &known)?;
        if let Some(absent) = fields.get("absent") {
            return self.yes(&absent).map(|()| None);
        }
        let read = self.record(&fields, at)?;
        let value = match read.value {
            ExpectedValue::Exact(value) => value,
            ExpectedValue::Json(json) => Value::Text(json.to_string().into()),
        };
        let expires_at = read.expires_at;
        Some(Some(Entry {
            key,
            value,
            expires_at,
        }))
    }

    fn keys(&mut self, at: &At<'_>) -> Option<Vec<(Bytes, Option<Entry>)>> {
        let pairs = self.mapping(at)?;
        let mut keys = Vec::new();
        for (pair, at) in at.entries(pairs) {
            let key = self.name(&pair.key, &at.path)?;
            keys.push((key.clone(), self.entry(&at, key)?));
        }
        Some(keys)
    }

    fn recorded_outcome(&mut self, at: &At<'_>) -> Option<RecordedOutcome> {
        let fields = self.fields(at, &OUTCOME)?;
        let rejected = |code: String, reader: &mut Self| {
            Some(RecordedOutcome::Rejected {
                code,
                message: reader.optional(&fields, "message", Self::text_of)?,
                at: reader.optional(&fields, "at", Self::text_of)?,
            })
        };
        if let Some(at) = fields.get("unchanged") {
            return self.yes(&at).map(|()| RecordedOutcome::Unchanged);
        }
        if let Some(at) = fields.get("skip") {
            if is_yes(&at) {
                return Some(RecordedOutcome::Skipped(None));
            }
            return Some(RecordedOutcome::Skipped(Some(self.text_of(&at)?)));
        }
        if let Some(at) = fields.get("changed") {
            if is_yes(&at) {
                return Some(RecordedOutcome::Changed(None));
            }
            return Some(RecordedOutcome::Changed(Some(self.keys(&at)?)));
        }
        if let Some(at) = fields.get("reject") {
            let code = self.text_of(&at)?;
            return rejected(code, self);
        }
        if let Some(at) = fields.get("failure") {
            let known = FailureReason::ALL.map(|reason| (reason.code(), reason));
            let reason = self.word(&at, &known)?;
            return rejected(reason.code().to_owned(), self);
        }
        self.none_of(at, &OUTCOME[..5]);
        None
    }

    fn none_of(&mut self, at: &At<'_>, accepted: &[&str]) {
        let accepted = accepted.iter().map(|&name| name.to_owned()).collect();
        self.report_at(at, Problem::NoneOf { accepted });
    }

    /// Reads a text, also an empty one and one that looks like a number.
    fn text_of(&mut self, at: &At<'_>) -> Option<String> {
        match &at.node.content {
            Content::Scalar(scalar) if scalar.meaning != Meaning::Null => Some(scalar.text.clone()),
            _ => {
                self.wrong_type(at, "a text", None);
                None
            }
        }
    }

    fn texts(&mut self, at: &At<'_>) -> Option<Vec<String>> {
        let items = self.list(at)?;
        let texts: Vec<_> = items.iter().map(|item| self.text_of(item)).collect();
        texts.into_iter().collect()
    }

    /// Reads a name that stands in the place of a value.
    fn name_of(&mut self, at: &At<'_>) -> Option<Bytes> {
        let text = self.text_of(at)?;
        let read = crate::cases::name::read(&text);
        if read.is_none() {
            self.form(
                at,
                &text,
                "a name: a backslash is written `\\\\`, a byte `\\xff`",
            );
        }
        read
    }

    fn version(&mut self, at: &At<'_>) -> Option<u16> {
        let number = self.whole(at)?;
        let version = u16::try_from(number).ok();
        if version.is_none() {
            let problem = Problem::OutOfRange {
                found: number.to_string(),
                minimum: 0,
                maximum: Some(u64::from(u16::MAX)),
            };
            self.report_at(at, problem);
        }
        version
    }

    fn yes_or_no(&mut self, at: &At<'_>) -> Option<bool> {
        if let Content::Scalar(scalar) = &at.node.content
            && let Meaning::Bool(value) = scalar.meaning
        {
            return Some(value);
        }
        self.wrong_type(at, "`true` or `false`", None);
        None
    }

    fn yes(&mut self, at: &At<'_>) -> Option<()> {
        if is_yes(at) {
            return Some(());
        }
        self.wrong_type(at, "`true`", None);
        None
    }
}

fn is_yes(at: &At<'_>) -> bool {
    matches!(&at.node.content, Content::Scalar(scalar) if scalar.meaning == Meaning::Bool(true))
}
