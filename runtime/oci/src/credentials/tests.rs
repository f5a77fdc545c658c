//! Where credentials are found, in files as Docker, Podman and older tools write them.

use super::*;

/// Finds the credentials in a file with this text.
fn found(text: &str, registry: &str, repository: &str) -> Result<Option<Credentials>, Problem> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.json");
    fs::write(&file, text).expect("a file");
    find(&[file], registry, repository)
}

#[track_caller]
fn user(text: &str, registry: &str, repository: &str, expected: Option<&str>) {
    let found = found(text, registry, repository).expect("it can be read");
    let found = found.map(|credentials| match credentials {
        Credentials::Password { user, .. } => user,
        Credentials::Identity(token) => format!("identity {token}"),
    });
    assert_eq!(found.as_deref(), expected, "{registry}/{repository}");
}

/// An entry of a user, whose password is `secret`.
fn entry_of(user: &str) -> String {
    format!(
        "{{\"auth\": \"{}\"}}",
        STANDARD.encode(format!("{user}:secret"))
    )
}

#[test]
fn an_entry_is_found_by_every_name_that_tools_give_it() {
    for key in ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/"] {
        let text = format!("{{\"auths\": {{\"{key}\": {}}}}}", entry_of("ada"));
        user(&text, "ghcr.io", "acme/a", Some("ada"));
        user(&text, "quay.io", "acme/a", None);
        user(&text, "hcr.io", "acme/a", None);
    }
    let text = format!(
        "{{\"auths\": {{\"https://index.docker.io/v1/\": {}}}}}",
        entry_of("ada")
    );
    user(&text, "docker.io", "library/a", Some("ada"));
    user(&text, "index.docker.io", "library/a", Some("ada"));
}

#[test]
fn the_longest_part_of_a_registry_counts() {
    let text = format!(
        "{{\"auths\": {{\"ghcr.io\": {}, \"ghcr.io/acme\": {}, \"ghcr.io/acme/a\": {}}}}}",
        entry_of("all"),
        entry_of("acme"),
        entry_of("one")
    );
    user(&text, "ghcr.io", "acme/a", Some("one"));
    user(&text, "ghcr.io", "acme/b", Some("acme"));
    user(&text, "ghcr.io", "acmeofothers/b", Some("all"));
}

#[test]
fn other_forms_of_an_entry_are_read() {
    user(
        "{\"auths\": {\"a.b\": {\"identitytoken\": \"t\", \"auth\": \"eDo=\"}}}",
        "a.b",
        "r",
        Some("identity t"),
    );
    user(
        "{\"auths\": {\"a.b\": {\"username\": \"u\", \"password\": \"p\"}}}",
        "a.b",
        "r",
        Some("u"),
    );
    // An empty one says that a program keeps them; there is none here.
    user("{\"auths\": {\"a.b\": {}}}", "a.b", "r", None);
    user(
        "{\"auths\": null, \"credsStore\": \"\", \"currentContext\": \"x\"}",
        "a.b",
        "r",
        None,
    );
    user("{}", "a.b", "r", None);
    let password = found(
        "{\"auths\": {\"a.b\": {\"auth\": \"dTpwOnEA\"}}}",
        "a.b",
        "r",
    );
    assert_eq!(
        password.expect("it can be read"),
        Some(Credentials::Password {
            user: "u".to_owned(),
            password: "p:q".to_owned()
        })
    );
}

#[test]
fn what_cannot_be_read_is_said_without_what_is_secret() {
    for text in [
        "{\"auths\": \"hunter2\"}",
        "{\"auths\": {\"a.b\": {\"auth\": \"hunter2!\"}}}",
        "hunter2",
    ] {
        let problem = found(text, "a.b", "r").expect_err(text).to_string();
        assert!(
            problem.contains("config.json") && !problem.contains("hunter2"),
            "{problem}"
        );
    }
}

#[test]
fn files_that_are_not_there_are_passed_over_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, user: &str| {
        let path = folder.path().join(name);
        fs::write(
            &path,
            format!("{{\"auths\": {{\"a.b\": {}}}}}", entry_of(user)),
        )
        .expect("a file");
        path
    };
    let files = [
        folder.path().join("none"),
        file("1", "first"),
        file("2", "second"),
    ];
    let found = find(&files, "a.b", "r").expect("it can be read");
    assert!(matches!(found, Some(Credentials::Password { user, .. }) if user == "first"));
}
