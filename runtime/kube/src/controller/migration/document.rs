//! What a migration asks for as it stands: its document, its files, the way to its target, and one key of all of it.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use remold_manifest::Document;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::Reconciliation;
use crate::controller::conditions::Verdict;
use crate::controller::documents;
use crate::controller::error::Error;
use crate::controller::target::Way;
use crate::resources::RedisMigration;

/// Fields of the document that say when something is done, and not what.
const WHEN: &[&str] = &[
    "suspend",
    "abort",
    "approvedPlan",
    "runToken",
    "rollback",
    "historyLimit",
];

/// What a migration asks for.
pub(super) struct Intent {
    /// The way to its target.
    pub(super) way: Way,
    /// The spec, as its author wrote it.
    pub(super) spec: Map<String, Value>,
    /// The migration, read by the same reader as on the command line.
    pub(super) migration: remold_manifest::Migration,
    /// What all of it amounts to: another key is another migration.
    pub(super) key: String,
}

/// Says what is wrong with a document, with the place, as the command line does.
pub(super) fn complaint(migration: &RedisMigration) -> Option<String> {
    read(migration).err()
}

fn read(migration: &RedisMigration) -> Result<Document, String> {
    let name = migration.name_any();
    let text = documents::text(RedisMigration::KIND, &name, migration.spec.raw());
    Document::read(&name, &text).map_err(|errors| documents::complaint(&errors))
}

impl Reconciliation<'_> {
    /// Reads what the migration asks for; a verdict if it cannot be had.
    pub(super) async fn intent(&self) -> Result<Result<Intent, Verdict>, Error> {
        let cluster = &self.context.cluster;
        let spec = self.migration.spec.raw().as_object().cloned();
        let spec = spec.unwrap_or_default();
        let migration = match read(self.migration) {
            Ok(document) => document.migration,
            Err(message) => return Ok(Err(Verdict::stuck("InvalidDocument", message))),
        };
        let Some(target) = &migration.spec.target_ref else {
            let message = "`targetRef` names the RedisTarget that it is for";
            return Ok(Err(Verdict::stuck("InvalidDocument", message)));
        };
        let way = match cluster.way_to(&self.namespace, &target.name).await? {
            Ok(way) => way,
            Err(obstacle) => return Ok(Err(Verdict::going(obstacle.reason, obstacle.message))),
        };
        let mut hash = Sha256::new();
        let mut what = spec.clone();
        what.retain(|name, _| !WHEN.contains(&name.as_str()));
        hash.update(Value::Object(what).to_string());
        hash.update(json!(way.spec).to_string());
        if let Some(files) = &migration.spec.files_from {
            let name = &files.config_map.name;
            let Some(found) = cluster.get::<ConfigMap>(&self.namespace, name).await? else {
                let message = format!("there is no ConfigMap {name}, which `filesFrom` names");
                return Ok(Err(Verdict::going("FilesNotFound", message)));
            };
            hash.update(json!([found.data, found.binary_data]).to_string());
        }
        let key = hex::encode(hash.finalize());
        Ok(Ok(Intent {
            way,
            spec,
            migration,
            key,
        }))
    }
}
