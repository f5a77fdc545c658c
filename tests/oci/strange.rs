//! Registries that Debian's is not: with a list of referrers, behind redirections, failing, without an end.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::house::{House, text};
use super::http::{Request, Response, serve};
use super::recorded;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Who was asked for what, and with which credentials.
type Seen = Vec<(String, Option<String>)>;

fn not_found() -> Response {
    let body =
        json!({ "errors": [{ "code": "NAME_UNKNOWN", "message": "there is no such thing" }] });
    Response::new(404, "application/json", body.to_string())
}

/// Answers with what was recorded, by digest, with `signed` under the tag 1.
fn replayed(request: &Request) -> Response {
    let name = request.path.rsplit('/').next().unwrap_or_default();
    let digest = match name {
        "1" => recorded::digest_of("acme/signed"),
        name => name.to_owned(),
    };
    if request.path == "/v2/" {
        return Response::new(200, "application/json", "{}");
    }
    if !digest.starts_with("sha256:") || request.path.contains("/referrers/") {
        return not_found();
    }
    Response::new(200, MANIFEST, recorded::blob(&digest))
}

#[test]
fn a_registry_that_lists_referrers_is_asked_for_them() {
    let port = serve(|request| {
        if !request.path.contains("/referrers/") {
            return replayed(request);
        }
        let list = recorded::list();
        let mut list = list
            .iter()
            .filter(|entry| entry["repository"] == "acme/signed" && entry["mediaType"] == INDEX);
        let list = text(&list.next().expect("it was recorded")["digest"]);
        Response::new(200, INDEX, recorded::blob(&list))
    });
    let house = House::new();
    let name = format!("localhost:{port}/acme/signed:1");
    let pulled = house.json(&["pull", &name, "--key", &recorded::key("ecdsa-p256")]);
    assert_eq!(pulled["signed"], true, "{pulled:#}");
    let stranger = ["pull", &name, "--key", &recorded::key("stranger")];
    house.refused(&stranger, "bad-signature", 6, &["none of the 4"]);
}

#[test]
fn credentials_do_not_follow_a_redirection() {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let note = |seen: &Mutex<Seen>, who: &str, request: &Request| {
        let authorization = request.header("authorization").map(str::to_owned);
        seen.lock()
            .expect("nobody panics with it")
            .push((format!("{who}{}", request.path), authorization));
    };
    let at_elsewhere = Arc::clone(&seen);
    let elsewhere = serve(move |request| {
        note(&at_elsewhere, "elsewhere", request);
        replayed(request)
    });
    let at_registry = Arc::clone(&seen);
    let port = serve(move |request| {
        note(&at_registry, "registry", request);
        if request.header("authorization").is_none() {
            return Response::new(401, "application/json", "{}")
                .with("www-authenticate", "Basic realm=\"r\"");
        }
        if request.path.contains("/blobs/") {
            let place = format!("http://127.0.0.1:{elsewhere}{}", request.path);
            return Response::new(307, "text/plain", "").with("location", place);
        }
        replayed(request)
    });
    let house = House::new();
    let registry = format!("localhost:{port}");
    let auths =
        json!({ "auths": { registry.as_str(): { "username": "ada", "password": "secret" } } });
    house.write("docker/config.json", auths.to_string());
    house
        .remold(&["pull", &format!("{registry}/acme/signed:1")])
        .exit(0);
    let seen = seen.lock().expect("nobody panics with it");
    let at = |who: &str| -> Vec<&Option<String>> {
        let of = seen.iter().filter(|(path, _)| path.starts_with(who));
        of.map(|(_, authorization)| authorization).collect()
    };
    assert!(
        at("registry").iter().any(|found| found.is_some()),
        "{seen:?}"
    );
    assert!(!at("elsewhere").is_empty(), "{seen:?}");
    assert!(
        at("elsewhere").iter().all(|found| found.is_none()),
        "{seen:?}"
    );
}

#[test]
fn an_answer_without_an_end_is_not_read_to_its_end() {
    let port = serve(|request| {
        if request.path == "/v2/" {
            return Response::new(200, "application/json", "{}");
        }
        Response {
            endless: true,
            ..Response::new(200, MANIFEST, vec![b' '; 1 << 16])
        }
    });
    let house = House::new();
    let name = format!("localhost:{port}/acme/a:1");
    house.refused(
        &["pull", &name],
        "artifact-too-large",
        1,
        &["the manifest", "4194304"],
    );
}

#[test]
fn a_registry_that_is_busy_is_asked_again() {
    let refusals = AtomicU32::new(2);
    let port = serve(move |request| {
        let refuses = |left: u32| left.checked_sub(1);
        let is_manifest = request.path.contains("/manifests/");
        if is_manifest && refusals.fetch_update(SeqCst, SeqCst, refuses).is_ok() {
            return Response::new(503, "text/plain", "in a moment");
        }
        replayed(request)
    });
    let house = House::new();
    let name = format!("localhost:{port}/acme/signed:1");
    house.remold(&["pull", &name]).exit(0);
}

#[test]
fn failures_of_a_registry_are_told_apart_and_quoted_with_care() {
    let cases: [(u16, &str, Value, &str, u8, &str); 5] = [
        (
            403,
            "application/json",
            json!({"errors": [{"code": "DENIED", "message": "no\u{1b}[2J"}]}),
            "registry-login",
            6,
            "no [2J",
        ),
        (
            429,
            "application/json",
            json!({"errors": [{"code": "TOOMANYREQUESTS"}]}),
            "registry-failed",
            1,
            "TOOMANYREQUESTS",
        ),
        (
            500,
            "text/plain",
            json!("oops"),
            "registry-failed",
            1,
            "oops",
        ),
        (
            503,
            "text/html",
            json!("<html>"),
            "registry-failed",
            1,
            "503",
        ),
        (
            404,
            "text/html",
            json!("<html>"),
            "artifact-not-found",
            1,
            "acme/a:1",
        ),
    ];
    for (status, media_type, body, code, exit, words) in cases {
        let port = serve(move |request| {
            if request.path == "/v2/" {
                return Response::new(200, "application/json", "{}");
            }
            Response::new(status, media_type, body.to_string())
        });
        let house = House::new();
        let name = format!("localhost:{port}/acme/a:1");
        house.refused(&["pull", &name], code, exit, &[words]);
        let said = house.remold(&["pull", &name]).text;
        assert!(
            !said.contains("<html>") && !said.contains("\u{1b}[2J"),
            "{said}"
        );
    }
}

#[test]
fn a_page_of_the_web_is_no_registry() {
    let port = serve(|_| Response::new(200, "text/html", "<html>welcome</html>"));
    let house = House::new();
    let name = format!("localhost:{port}/acme/a:1");
    house.refused(&["pull", &name], "artifact-kind", 1, &["cannot be read"]);
    let module = house.module("a.wasm", super::house::NOTHING);
    let found = house.json(&["push", &module, &name]);
    assert_ne!(found["exitCode"], 0, "{found:#}");
}
