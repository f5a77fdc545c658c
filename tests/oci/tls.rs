//! A registry with TLS: trusted by an authority of the machine, or not at all.

use remold_tests::Registry;

use super::house::{House, NOTHING};

#[test]
fn an_own_authority_is_trusted_where_it_is_named() {
    let mut house = House::with(Registry::start_with_tls());
    let module = house.module("a.wasm", NOTHING);
    let name = house.name("acme/a:1");
    house.refused(
        &["push", &module, &name],
        "registry-tls",
        1,
        &["certificate"],
    );
    let authority = house.registry.certificates().authority.clone();
    house.set("SSL_CERT_FILE", authority);
    house.remold(&["push", &module, &name]).exit(0);
    house.remold(&["pull", &name]).exit(0);
    // It is not for every name that the server has.
    let by_other_name = name.replace("localhost", "127.0.0.2");
    house.refused(&["pull", &by_other_name], "registry-unreachable", 1, &[]);
}

#[test]
fn nothing_is_sent_in_the_clear_to_a_registry_elsewhere() {
    let house = House::new();
    house.push("acme/a:1");
    // The machine's own name is not `localhost`: TLS is spoken, to a registry that has none.
    let port = house.registry.address().replace("localhost:", "");
    let name = format!("localhost.localdomain:{port}/acme/a:1");
    let found = house.json(&["pull", &name]);
    assert_ne!(found["exitCode"], 0, "{found:#}");
}
