//! The JSON documents of `--output json`: stable shapes, documented by their types.
//!
//! Keys, fields and values are bytes: they are written as UTF-8 text with `\\` for a backslash and `\xNN` for
//! each byte that is no printable text. Times are Unix milliseconds.

pub(crate) mod acl;
pub(crate) mod artifact;
pub(crate) mod backup;
pub(crate) mod bench;
pub(crate) mod catalogue;
pub(crate) mod change;
pub(crate) mod drift;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod journal;
pub(crate) mod migration;
pub(crate) mod plan;
pub(crate) mod project;
pub(crate) mod recording;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod status;
pub(crate) mod survey;
pub(crate) mod versions;
pub(crate) mod watch;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::exit::Exit;

/// What every document begins with.
#[derive(Debug, Serialize)]
pub(crate) struct Envelope(Value);

impl Envelope {
    /// Puts command and exit code before a document.
    pub(crate) fn new(command: &'static str, exit: Exit, document: impl Serialize) -> Self {
        let mut all = Map::new();
        all.insert("command".to_owned(), command.into());
        all.insert("exitCode".to_owned(), exit.code().into());
        if let Value::Object(fields) = to_value(&document) {
            all.extend(fields);
        }
        Self(Value::Object(all))
    }
}

/// A command that has no result.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Failure {
    /// Why.
    pub(crate) error: error::ErrorShape,
}

/// Makes a document a JSON value.
pub(crate) fn to_value(document: &impl Serialize) -> Value {
    serde_json::to_value(document).expect("documents hold nothing that JSON cannot")
}

/// Lists the documents: the commands that give them, and their schema.
pub(crate) fn documented() -> Vec<(&'static str, schemars::Schema)> {
    use schemars::schema_for;
    let mut documents = vec![
        ("new", schema_for!(project::NewShape)),
        ("build", schema_for!(project::BuildShape)),
        ("check", schema_for!(migration::CheckShape)),
        ("test", schema_for!(migration::TestShape)),
        (
            "test --watch",
            schema_for!(watch::RoundShape<watch::CaseDifferenceShape>),
        ),
        ("bench", schema_for!(bench::BenchShape)),
        ("record", schema_for!(recording::RecordShape)),
        ("replay", schema_for!(recording::ReplayShape)),
        ("plan", schema_for!(plan::PlanShape)),
        ("dry-run, run, resume, rollback", schema_for!(run::RunShape)),
        (
            "dry-run --watch",
            schema_for!(watch::RoundShape<watch::ChangeDifferenceShape>),
        ),
        ("verify", schema_for!(status::VerifyShape)),
        ("push", schema_for!(artifact::PushShape)),
        ("pull", schema_for!(artifact::PullShape)),
        ("status", schema_for!(status::StatusShape)),
        ("history", schema_for!(status::HistoryShape)),
        ("events", schema_for!(events::EventLineShape)),
        ("abort", schema_for!(status::AbortShape)),
        ("unlock", schema_for!(status::UnlockShape)),
        ("journal list", schema_for!(journal::JournalListShape)),
        ("journal show", schema_for!(journal::JournalShape)),
        ("journal export", schema_for!(journal::ExportShape)),
        ("journal remove", schema_for!(journal::RemoveShape)),
        ("backup create", schema_for!(backup::CreateBackupShape)),
        ("backup list", schema_for!(backup::ListBackupsShape)),
        ("backup verify", schema_for!(backup::VerifyBackupShape)),
        ("backup restore", schema_for!(backup::RestoreBackupShape)),
        ("backup prune", schema_for!(backup::PruneBackupsShape)),
        ("backup remove", schema_for!(backup::RemoveBackupShape)),
        ("backup save", schema_for!(backup::SaveShape)),
    ];
    documents.extend(schema::documented());
    documents.extend([
        ("schema infer", schema_for!(survey::InferShape)),
        ("schema drift", schema_for!(drift::DriftShape)),
        ("schema generate", schema_for!(generate::GenerateShape)),
        ("catalogue list", schema_for!(catalogue::CatalogueShape)),
        ("catalogue show", schema_for!(catalogue::ReadyShape)),
        ("acl", schema_for!(acl::AclShape)),
        ("explain", schema_for!(explain::ExplainShape)),
        ("every command that fails", schema_for!(Failure)),
    ]);
    documents
}
