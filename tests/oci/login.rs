//! Registries that want to know who asks: by password, by token, by a program that keeps credentials.

use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remold_tests::Registry;
use serde_json::json;

use super::house::{House, NOTHING, text_of};
use super::tokens::TokenServer;

fn stored(registry: &str, user: &str, password: &str) -> String {
    let auth = STANDARD.encode(format!("{user}:{password}"));
    json!({ "auths": { registry: { "auth": auth } } }).to_string()
}

/// Pushes and pulls.
#[track_caller]
fn works(house: &House) {
    let module = house.module("a.wasm", NOTHING);
    let name = house.name("acme/a:1");
    house.remold(&["push", &module, &name]).exit(0);
    house.remold(&["pull", &name]).exit(0);
}

#[test]
fn a_password_is_read_from_where_docker_and_podman_store_it() {
    let mut house = House::with(Registry::start_with_password());
    let module = house.module("a.wasm", NOTHING);
    let name = house.name("acme/a:1");
    let push = ["push", module.as_str(), name.as_str()];
    let registry = house.registry.address();
    house.refused(&push, "registry-login", 6, &["wants credentials"]);
    house.write("docker/config.json", stored(&registry, "ada", "guessed"));
    house.refused(
        &push,
        "registry-login",
        6,
        &["does not accept the credentials"],
    );
    house.write("docker/config.json", "{ \"auths\": { \"secret");
    house.refused(&push, "registry-credentials", 1, &["config.json:1:"]);
    house.write(
        "docker/config.json",
        stored("ghcr.io", "ada", "open sesame"),
    );
    house.refused(&push, "registry-login", 6, &["wants credentials"]);
    house.write(
        "docker/config.json",
        stored(&registry, "ada", "open sesame"),
    );
    works(&house);
    std::fs::remove_file(house.path("docker/config.json")).expect("it was there");
    let file = house.write("podman.json", stored(&registry, "ada", "open sesame"));
    house.set("REGISTRY_AUTH_FILE", file);
    works(&house);
}

#[test]
fn a_program_that_keeps_credentials_is_asked() {
    let mut house = House::with(Registry::start_with_password());
    let registry = house.registry.address();
    let program = house.write(
        "bin/docker-credential-tests",
        "#!/bin/sh\nread server\n[ \"$server\" = \"$EXPECTED\" ] || { echo 'credentials not found in native keychain'; exit 1; }\n\
         echo '{\"ServerURL\": \"x\", \"Username\": \"ada\", \"Secret\": \"open sesame\"}'\n",
    );
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, executable).expect("it can be made executable");
    let path = format!(
        "{}:{}",
        text_of(&house.path("bin")),
        std::env::var("PATH").expect("there is a PATH")
    );
    house.set("PATH", path);
    house.set("EXPECTED", &registry);
    house.write("docker/config.json", "{\"credsStore\": \"tests\"}");
    works(&house);
    let helpers = json!({ "credHelpers": { registry: "tests" } });
    house.write("docker/config.json", helpers.to_string());
    works(&house);
    // It has none for this registry: then it is asked without.
    house.set("EXPECTED", "another");
    let name = house.name("acme/a:1");
    house.refused(
        &["pull", &name],
        "registry-login",
        6,
        &["wants credentials"],
    );
    house.write("docker/config.json", "{\"credsStore\": \"missing\"}");
    house.refused(
        &["pull", &name],
        "registry-credentials",
        1,
        &["docker-credential-missing"],
    );
    house.write("docker/config.json", "{\"credsStore\": \"../evil\"}");
    house.refused(
        &["pull", &name],
        "registry-credentials",
        1,
        &["no name of a program"],
    );
}

#[test]
fn a_token_is_got_from_the_server_that_the_registry_names() {
    let server = TokenServer::start();
    let house = House::with(Registry::start_with_tokens(
        &server.realm(),
        &server.certificate(),
    ));
    let registry = house.registry.address();
    let module = house.module("a.wasm", NOTHING);
    let name = house.name("acme/a:1");
    // Anybody may pull there, and only Ada may push.
    house.refused(
        &["push", &module, &name],
        "registry-login",
        6,
        &["wants credentials"],
    );
    house.write(
        "docker/config.json",
        stored(&registry, "eve", "open sesame"),
    );
    house.refused(
        &["push", &module, &name],
        "registry-login",
        6,
        &["does not accept", "who is eve?"],
    );
    house.write(
        "docker/config.json",
        stored(&registry, "bob", "open sesame"),
    );
    house.refused(
        &["push", &module, &name],
        "registry-denied",
        6,
        &["bob may not push"],
    );
    house.write(
        "docker/config.json",
        stored(&registry, "ada", "open sesame"),
    );
    house.remold(&["push", &module, &name]).exit(0);
    std::fs::remove_file(house.path("docker/config.json")).expect("it was there");
    house.remold(&["pull", &name]).exit(0);
    // A token that stands for an account, as `docker login` of some registries stores it.
    let identity = json!({ "auths": { registry: { "identitytoken": "ada's identity" } } });
    house.write("docker/config.json", identity.to_string());
    let other = house.name("acme/b:1");
    house.remold(&["push", &module, &other]).exit(0);
}

#[test]
fn a_password_is_not_sent_in_the_clear_though_the_registry_asks_for_it() {
    let server = TokenServer::start();
    let registry = Registry::start_with_tls_and_tokens(&server.realm(), &server.certificate());
    let mut house = House::with(registry);
    let authority = house.registry.certificates().authority.clone();
    house.set("SSL_CERT_FILE", authority);
    let registry = house.registry.address();
    house.write(
        "docker/config.json",
        stored(&registry, "ada", "open sesame"),
    );
    let name = house.name("acme/a:1");
    let words = ["named by", "a server without TLS"];
    house.refused(&["pull", &name], "registry-tls", 1, &words);
}
