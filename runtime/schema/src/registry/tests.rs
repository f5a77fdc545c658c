//! What a registry takes.

use super::*;

fn definition(subject: &str, version: &str, keys: &str) -> Definition {
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: u }}\nspec:\n  subject: {subject}\n  version: {version}\n  keys: \"{keys}\"\n  type: hash\n"
    );
    let read = Definition::read("user.yaml", &text, &References::new());
    read.unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn what_is_registered_never_changes() {
    let mut registry = Registry::default();
    assert_eq!(
        registry.add(definition("user", "1.0.0", "user:{id}")),
        Ok(Taken::New)
    );
    assert_eq!(
        registry.add(definition("user", "1.0.0", "user:{id}")),
        Ok(Taken::Same)
    );
    let errors = registry
        .add(definition("user", "1.0.0", "user:{name}"))
        .expect_err("it differs");
    assert!(
        errors
            .to_string()
            .contains("is registered, with another content"),
        "{errors}"
    );
    assert_eq!(
        registry.add(definition("user", "1.1.0", "user:{id}")),
        Ok(Taken::New)
    );
}

#[test]
fn keys_belong_to_one_subject() {
    let mut registry = Registry::default();
    for (subject, keys) in [
        ("user", "user:{id}"),
        ("admin", "user:admin-{id}"),
        ("all", "{rest:any}"),
    ] {
        registry
            .add(definition(subject, "1.0.0", keys))
            .unwrap_or_else(|errors| panic!("{errors}"));
    }
    let owner = |key: &str| {
        registry
            .subject_of(key.as_bytes())
            .map(|(name, _)| name.to_owned())
    };
    assert_eq!(owner("user:7").as_deref(), Some("user"));
    assert_eq!(owner("user:admin-7").as_deref(), Some("admin"));
    assert_eq!(owner("x:y").as_deref(), Some("all"));
    for (keys, what) in [
        ("user:{name}", "are all keys of user"),
        ("{kind}:admin-{id}", "are partly keys of"),
    ] {
        let errors = registry
            .add(definition("other", "1.0.0", keys))
            .expect_err(keys);
        assert!(errors.to_string().contains(what), "{errors}");
    }
}

#[test]
fn migrations_are_edges_between_what_is_registered() {
    let mut registry = Registry::default();
    for version in ["1.0.0", "1.2.0", "2.0.0"] {
        registry
            .add(definition("user", version, "user:{id}"))
            .expect("it is new");
    }
    let change = |from: &str, to: &str| SchemaChange {
        subject: "user".to_owned(),
        from: from.parse().expect("it is a range"),
        to: to.parse().expect("it is a version"),
        registry: None,
    };
    registry.add_migration("split", change("1.x", "2.0.0"));
    registry.add_migration("later", change("2.0.0", "3.0.0"));
    let edges: Vec<String> = registry
        .edges("user")
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.to, edge.migration))
        .collect();
    assert_eq!(edges, ["1.0.0 2.0.0 split", "1.2.0 2.0.0 split"]);
    let routes = registry.routes("user", &"2.0.0".parse().expect("it is a version"));
    assert_eq!(routes.ways.len(), 2);
}
