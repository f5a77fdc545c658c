//! What is wrong with the documents of a migration between versions, and how it is told. No server.

use std::sync::atomic::{AtomicU32, Ordering};

use remold::{Migration, RegistryFiles};

use super::documented::{FILES, Folder};

static NEXT: AtomicU32 = AtomicU32::new(0);

fn folder() -> Folder {
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("remold-documents-{}-{number}", std::process::id());
    Folder::at(std::env::temp_dir().join(name))
}

/// Loads the folder with one file written anew, and expects what is said to hold all of these.
#[track_caller]
fn refused(name: &str, edit: impl Fn(&str) -> String, expected: &[&str]) {
    let folder = folder();
    let text = FILES.iter().find(|(known, _)| *known == name);
    folder.write(name, &edit(text.map_or("", |(_, text)| text)));
    let loaded = Migration::load(&folder.manifest());
    folder.remove();
    let Err(error) = loaded else {
        panic!("it is taken");
    };
    let said = error.to_string();
    for part in expected {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[test]
fn what_a_manifest_names_has_to_be_registered() {
    let with = |from: &'static str, to: &'static str| move |text: &str| text.replace(from, to);
    refused(
        "migration.yaml",
        with("subject: user", "subject: usr"),
        &[
            "migration.yaml:5",
            "unknown value `usr`",
            "did you mean `user`?",
        ],
    );
    refused(
        "migration.yaml",
        with("to: 3.0.0", "to: 3.1.0"),
        &["unknown value `3.1.0`", "`1.0.0`, `2.0.0`, `3.0.0`"],
    );
    refused(
        "migration.yaml",
        with("to: 3.0.0", "from: 0.x, to: 3.0.0"),
        &["no registered version of user is one that records come from"],
    );
    refused(
        "migration.yaml",
        with(", registry: schemas", ""),
        &[
            "where the schemas of user are is not said",
            "registry: FOLDER",
        ],
    );
    refused(
        "migration.yaml",
        with("registry: schemas", "registry: nowhere"),
        &["nowhere"],
    );
}

#[test]
fn a_missing_migration_is_named() {
    refused(
        "schemas/nested/balance.yaml",
        |_| String::new(),
        &[
            "no migration leads from 1.0.0 to 3.0.0",
            "register one from 2.0.0 to 3.0.0",
        ],
    );
}

#[test]
fn what_is_wrong_with_a_document_is_told_at_its_place() {
    refused(
        "schemas/user-2.0.0.yaml",
        |text| text.replace("minLength: 1", "minLength: few"),
        &["user-2.0.0.yaml:"],
    );
    refused(
        "schemas/other.yaml",
        |_| {
            FILES[1]
                .1
                .replace("name: { type: string }", "name: { type: integer }")
        },
        &["user 1.0.0 is registered, with another content"],
    );
    refused(
        "schemas/other.yaml",
        |_| FILES[4].1.to_owned(),
        &["a migration of this name is in"],
    );
}

#[test]
fn what_cannot_be_composed_is_refused() {
    refused(
        "schemas/split.rhai",
        |_| "fn run() {}".to_owned(),
        &["split-name is a program"],
    );
    refused(
        "schemas/split.rhai",
        |text| format!("{text}\nfn lookups(rec) {{ [] }}"),
        &["split-name looks up other keys", "run split-name by itself"],
    );
}

#[test]
fn other_documents_in_the_folder_are_nobodys_business() {
    let folder = folder();
    let digest = folder.load().digest().to_owned();
    folder.write("schemas/notes.yaml", "kind: Note\ntext: hello\n");
    folder.write("schemas/data.json", "[1, 2");
    folder.write(
        "schemas/unused.yaml",
        &FILES[4].1.replace("split-name", "unused"),
    );
    let migration = folder.load();
    assert_eq!(migration.digest(), digest);
    let steps: Vec<&str> = migration
        .steps()
        .map(|step| step.metadata.name.as_str())
        .collect();
    assert_eq!(steps, ["split-name", "add-balance"]);
    folder.remove();
}

#[test]
fn the_documents_may_come_from_elsewhere() {
    let folder = folder();
    let manifest = FILES[0].1.replace(", registry: schemas", "");
    folder.write("migration.yaml", &manifest);
    let wanted = Migration::wanted_registry(&folder.manifest()).expect("it can be read");
    assert_eq!(wanted.as_deref(), Some("user"));
    let mut files = RegistryFiles::new();
    let mut add = |name: &str, index: usize| {
        files.insert(name.to_owned(), FILES[index].1.as_bytes().to_vec());
    };
    add("schema/user/1.0.0", 1);
    add("schema/user/2.0.0", 2);
    add("schema/user/3.0.0", 3);
    add("migration/user/split-name", 4);
    add("migration/user/split-name/split.rhai", 5);
    add("migration/user/add-balance", 6);
    let load = |files: &RegistryFiles| Migration::load_with(&folder.manifest(), &[], Some(files));
    let migration = load(&files).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(migration.steps().count(), 2);
    let again = Migration::from_parts(
        "journal",
        &migration.document().migration.to_json().to_string(),
        migration.sources().clone(),
    );
    let again = again.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.digest(), migration.digest());
    files.remove("migration/user/split-name/split.rhai");
    let Err(error) = load(&files) else {
        panic!("a file is missing");
    };
    assert!(
        error.to_string().contains("without its file split.rhai"),
        "{error}"
    );
    folder.remove();
}
