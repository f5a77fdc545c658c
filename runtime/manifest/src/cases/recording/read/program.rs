//! From the tree to programs: what they asked, and the answers.

use remold_host_api::Kind;

use crate::cases::fields::{At, Reader};
use crate::cases::recording::{RecordedCall, RecordedProgram};
use crate::yaml::{Content, Meaning};

const CALLS: [&str; 6] = [
    "scan",
    "get",
    "apply",
    "backup",
    "checkpoint",
    "resumedFrom",
];
const CALL: [&str; 11] = [
    "scan",
    "type",
    "page",
    "get",
    "apply",
    "writes",
    "backup",
    "answer",
    "checkpoint",
    "resumedFrom",
    "refused",
];

impl Reader<'_> {
    pub(super) fn recorded_program(&mut self, at: &At<'_>) -> Option<RecordedProgram> {
        let fields = self.fields(at, &["outcome", "reproduces", "full", "calls"])?;
        let outcome = self.optional(&fields, "outcome", Self::recorded_outcome)?;
        let reproduces = self.optional(&fields, "reproduces", Self::yes_or_no)?;
        let full = self.optional(&fields, "full", Self::yes_or_no)?;
        let calls = fields.required("calls", self)?;
        let items = self.list(&calls)?;
        let calls: Vec<_> = items.iter().map(|item| self.recorded_call(item)).collect();
        Some(RecordedProgram {
            outcome,
            reproduces,
            full: full.unwrap_or(false),
            calls: calls.into_iter().collect::<Option<_>>()?,
        })
    }

    fn recorded_call(&mut self, at: &At<'_>) -> Option<RecordedCall> {
        let fields = self.fields(at, &CALL)?;
        let refused = self.optional(&fields, "refused", Self::text_of)?;
        if let Some(at) = fields.get("scan") {
            let kinds = Kind::ALL.map(|kind| (kind.name(), kind));
            let kind = self.optional(&fields, "type", |reader, at| reader.word(at, &kinds))?;
            let pattern = self.name_of(&at)?;
            let page = match refused {
                Some(why) => Err(why),
                None => {
                    let page = fields.required("page", self)?;
                    let items = self.list(&page)?;
                    let keys: Vec<_> = items.iter().map(|item| self.name_of(item)).collect();
                    Ok(keys.into_iter().collect::<Option<_>>()?)
                }
            };
            return Some(RecordedCall::Scan {
                pattern,
                kind,
                page,
            });
        }
        if let Some(at) = fields.get("get") {
            let found = self.keys(&at)?;
            return Some(RecordedCall::Get { found, refused });
        }
        if let Some(at) = fields.get("apply") {
            let writes = self.optional(&fields, "writes", Self::keys)?;
            let pairs = self.mapping(&at)?;
            let mut answers = Vec::new();
            for (pair, at) in at.entries(pairs) {
                let key = self.name(&pair.key, &at.path)?;
                let nothing = matches!(&at.node.content, Content::Scalar(scalar) if scalar.meaning == Meaning::Null);
                let word = if nothing {
                    None
                } else {
                    Some(self.text_of(&at)?)
                };
                answers.push((key, word));
            }
            return Some(RecordedCall::Apply {
                answers,
                writes: writes.unwrap_or_default(),
                refused,
            });
        }
        if let Some(at) = fields.get("backup") {
            let name = self.text_of(&at)?;
            let answer = match refused {
                Some(why) => Err(why),
                None => {
                    let answer = fields.required("answer", self)?;
                    Ok(self.text_of(&answer)?)
                }
            };
            return Some(RecordedCall::Backup { name, answer });
        }
        if let Some(at) = fields.get("checkpoint") {
            return Some(RecordedCall::Checkpoint(self.bytes(&at)?));
        }
        if let Some(at) = fields.get("resumedFrom") {
            let absent = matches!(&at.node.content, Content::Mapping(pairs) if pairs.iter().any(|pair| pair.key.text == "absent"));
            let state = if absent { None } else { Some(self.bytes(&at)?) };
            return Some(RecordedCall::ResumedFrom(state));
        }
        self.none_of(at, &CALLS);
        None
    }
}
