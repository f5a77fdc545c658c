//! The definitions of the custom resources, made from the types: schemas, rules, columns.
//!
//! What a rule of the API server can say is said there, so that a wrong document is refused when it is applied. What only
//! somebody can tell who sees other objects, or the server, is told in conditions.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::resources::{
    BackupSpec, BackupStatus, GROUP, MigrationStatus, RedisBackup, RedisMigration,
    RedisMigrationRun, RedisSchema, RedisTarget, RunSpec, RunStatus, SchemaStatus, TargetSpec,
    TargetStatus, VERSION,
};

mod columns;
mod rules;
mod structural;

/// A kind, and what its definition is made of.
struct Kind {
    name: &'static str,
    plural: &'static str,
    short: &'static str,
    about: &'static str,
    spec: Value,
    status: Value,
    columns: Value,
}

/// Returns the definitions of all custom resources, in the order in which they should be applied.
pub fn all() -> Vec<CustomResourceDefinition> {
    let documents = kinds().into_iter().map(document);
    documents
        .map(|document| serde_json::from_value(document).expect("it is a definition"))
        .collect()
}

/// Returns the definitions as one YAML text of several documents.
pub fn yaml() -> String {
    let documents = kinds().into_iter().map(document);
    let texts = documents.map(|document| format!("---\n{}", remold_manifest::to_yaml(&document)));
    texts.collect()
}

fn kinds() -> Vec<Kind> {
    let spec_of = |document: &Value| document["properties"]["spec"].clone();
    vec![
        Kind {
            name: RedisTarget::KIND,
            plural: RedisTarget::PLURAL,
            short: RedisTarget::SHORT,
            about: "How to reach a Redis, and what was found there.",
            spec: rules::target(structural::of(&schema_of::<TargetSpec>())),
            status: structural::of(&schema_of::<TargetStatus>()),
            columns: columns::target(),
        },
        Kind {
            name: RedisSchema::KIND,
            plural: RedisSchema::PLURAL,
            short: RedisSchema::SHORT,
            about: "One version of the shape of one subject's keys.",
            spec: rules::schema(structural::of(&spec_of(
                remold_manifest::schema::redis_schema_schema(),
            ))),
            status: structural::of(&schema_of::<SchemaStatus>()),
            columns: columns::schema(),
        },
        Kind {
            name: RedisMigration::KIND,
            plural: RedisMigration::PLURAL,
            short: RedisMigration::SHORT,
            about: "A migration of Redis data: which keys, by which transform, within which limits, and when.",
            spec: rules::migration(structural::of(&spec_of(
                remold_manifest::schema::migration_schema(),
            ))),
            status: structural::of(&schema_of::<MigrationStatus>()),
            columns: columns::migration(),
        },
        Kind {
            name: RedisMigrationRun::KIND,
            plural: RedisMigrationRun::PLURAL,
            short: RedisMigrationRun::SHORT,
            about: "One execution of a migration, or of the way back.",
            spec: rules::run(structural::of(&schema_of::<RunSpec>())),
            status: structural::of(&schema_of::<RunStatus>()),
            columns: columns::run(),
        },
        Kind {
            name: RedisBackup::KIND,
            plural: RedisBackup::PLURAL,
            short: RedisBackup::SHORT,
            about: "A backup, its proof, and the way back from it.",
            spec: rules::backup(structural::of(&schema_of::<BackupSpec>())),
            status: structural::of(&schema_of::<BackupStatus>()),
            columns: columns::backup(),
        },
    ]
}

fn document(mut kind: Kind) -> Value {
    // An object that no controller has seen yet must not look as if it were done.
    kind.status["default"] = json!({ "observedGeneration": -1 });
    let mut schema = json!({
        "type": "object",
        "description": kind.about,
        "required": ["spec"],
        "properties": {
            "apiVersion": { "type": "string" },
            "kind": { "type": "string" },
            "metadata": { "type": "object" },
            "spec": kind.spec,
            "status": kind.status,
        },
    });
    if let Some(rules) = rules::whole(kind.name) {
        schema["x-kubernetes-validations"] = rules;
    }
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{}.{GROUP}", kind.plural),
            "labels": { "app.kubernetes.io/name": "remold", "app.kubernetes.io/component": "crd" },
        },
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind.name,
                "listKind": format!("{}List", kind.name),
                "plural": kind.plural,
                "singular": kind.name.to_lowercase(),
                "shortNames": [kind.short],
                "categories": ["remold"],
            },
            "versions": [{
                "name": VERSION,
                "served": true,
                "storage": true,
                "subresources": { "status": {} },
                "additionalPrinterColumns": kind.columns,
                "selectableFields": columns::selectable(kind.name),
                "schema": { "openAPIV3Schema": schema },
            }],
        },
    })
}

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

#[cfg(test)]
mod tests;
