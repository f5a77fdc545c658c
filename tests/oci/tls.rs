//! How a registry is reached: by TLS that is trusted, by plain HTTP on purpose, past or through a proxy.

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
fn plain_http_is_spoken_elsewhere_only_on_purpose() {
    let mut house = House::new();
    house.push("acme/a:1");
    // An address that leads to this machine, and is not known as its own.
    let registry = house.registry.address().replace("localhost", "0.0.0.0");
    let name = format!("{registry}/acme/a:1");
    house.refused(
        &["pull", &name],
        "registry-tls",
        1,
        &["no trusted connection"],
    );
    house.remold(&["pull", &name, "--plain-http"]).exit(0);
    let another = "ghcr.io";
    house.set("REMOLD_PLAIN_HTTP", another);
    house.refused(&["pull", &name], "registry-tls", 1, &[]);
    house.set("REMOLD_PLAIN_HTTP", format!("{another}, {registry}"));
    house.remold(&["pull", &name]).exit(0);
}

#[test]
fn a_proxy_is_for_registries_elsewhere() {
    let mut house = House::new();
    house.push("acme/a:1");
    let own = house.name("acme/a:1");
    let elsewhere = own.replace("localhost", "0.0.0.0");
    // Nobody is there.
    house.set("ALL_PROXY", "http://127.0.0.1:1");
    house.set("NO_PROXY", "");
    house.remold(&["pull", &own]).exit(0);
    let through = ["pull", &elsewhere, "--plain-http"];
    house.refused(&through, "registry-unreachable", 1, &[]);
    house.set("NO_PROXY", "0.0.0.0");
    house.remold(&through).exit(0);
}
