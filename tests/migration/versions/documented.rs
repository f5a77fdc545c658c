//! A folder with the documents of three versions, two registered migrations and the manifest that goes over both.

use std::path::PathBuf;

use remold::Migration;

use crate::stage::Stage;

/// The files, by name.
pub(super) const FILES: [(&str, &str); 7] = [
    ("migration.yaml", "\
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: users-to-3 }
spec:
  schema: { subject: user, to: 3.0.0, registry: schemas }
  transform: { steps: registered }
  policy: { maxRejected: 100 }
  strategy: { parallelism: 2, batchSize: 8 }
"),
    ("schemas/user-1.0.0.yaml", "\
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec:
  subject: user
  version: 1.0.0
  keys: \"user:{id}\"
  type: hash
  schema:
    type: object
    additionalProperties: false
    properties: { name: { type: string }, email: { type: string } }
"),
    ("schemas/user-2.0.0.yaml", "\
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-2.0.0 }
spec:
  subject: user
  version: 2.0.0
  keys: \"user:{id}\"
  type: hash
  schema:
    type: object
    additionalProperties: false
    properties: { first: { type: string }, last: { type: string, minLength: 1 }, email: { type: string } }
"),
    ("schemas/user-3.0.0.yaml", "\
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-3.0.0 }
spec:
  subject: user
  version: 3.0.0
  keys: \"user:{id}\"
  type: hash
  versionField: { pointer: /v }
  schema:
    type: object
    required: [v, balance]
    properties: { v: { type: string }, balance: { type: integer, minimum: 0 } }
"),
    ("schemas/split.yaml", "\
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: split-name }
spec:
  schema: { subject: user, from: 1.0.0, to: 2.0.0 }
  transform: { rhai: { file: split.rhai } }
"),
    ("schemas/split.rhai", r#"
fn migrate(rec) {
    let user = rec.hash;
    let words = user.get("name").split(" ");
    if words.len() > 2 { return reject("three-words", "a name of three words"); }
    user.set("first", words[0]);
    user.set("last", if words.len() > 1 { words[1] } else { "" });
    user.remove("name");
}
fn revert(rec) {
    let user = rec.hash;
    user.set("name", user.get("first") + " " + user.get("last"));
    user.remove("first");
    user.remove("last");
}
"#),
    ("schemas/nested/balance.yaml", r#"
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: add-balance }
spec:
  schema: { subject: user, from: 2.0.0, to: 3.0.0 }
  parameters: { start: "5" }
  transform:
    rhai:
      source: |
        fn migrate(rec) {
            rec.hash.set("v", "3.0.0");
            rec.hash.set("balance", params.start);
        }
        fn revert(rec) {
            rec.hash.remove("v");
            rec.hash.remove("balance");
        }
"#),
];

/// The folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Writes it beside the journals of a stage.
    pub(super) fn new(stage: &Stage) -> Self {
        Self::at(stage.folder().with_extension("documents"))
    }

    pub(super) fn at(path: PathBuf) -> Self {
        let folder = Self(path);
        FILES
            .iter()
            .for_each(|(name, text)| folder.write(name, text));
        folder
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        let parent = path.parent().expect("it is in the folder");
        std::fs::create_dir_all(parent).expect("a temporary folder");
        std::fs::write(path, text).expect("it is written");
    }

    pub(super) fn remove_file(&self, name: &str) {
        std::fs::remove_file(self.0.join(name)).expect("it is there");
    }

    pub(super) fn remove(&self) {
        std::fs::remove_dir_all(&self.0).expect("it is there");
    }

    pub(super) fn manifest(&self) -> PathBuf {
        self.0.join("migration.yaml")
    }

    pub(super) fn load(&self) -> Migration {
        Migration::load(&self.manifest()).unwrap_or_else(|error| panic!("{error}"))
    }
}
