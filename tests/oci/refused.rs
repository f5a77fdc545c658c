//! What is not as it must be is refused, each with a code of its own and a way out.

use std::net::TcpListener;

use super::house::{House, NOTHING, text};
use serde_json::{Value, json};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// An artifact whose parts can be changed before it is stored.
struct Forged {
    house: House,
    manifest: Value,
    component: Vec<u8>,
}

impl Forged {
    fn new() -> Self {
        let house = House::new();
        let component = wat::parse_str(NOTHING).expect("the module is one");
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, b"{}"),
            "layers": [descriptor(LAYER, &component)],
        });
        Self {
            house,
            manifest,
            component,
        }
    }

    /// Stores it and returns its name.
    fn store(&self) -> String {
        let manifest = self.manifest.to_string();
        let media_type = text(&self.manifest["mediaType"]);
        let blobs: [&[u8]; 2] = [b"{}", &self.component];
        let registry = &self.house.registry;
        registry.store("acme/forged", "1", &media_type, manifest.as_bytes(), &blobs);
        self.house.name("acme/forged:1")
    }

    #[track_caller]
    fn refused(&self, code: &str, words: &[&str]) {
        let name = self.store();
        self.house.refused(&["pull", &name], code, 1, words);
    }

    fn hex(&self) -> String {
        text(&self.manifest["layers"][0]["digest"]).replace("sha256:", "")
    }
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    let digest = remold_tests::sha256(bytes);
    json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": bytes.len() })
}

#[test]
fn what_others_push_as_a_core_module_is_taken() {
    let forged = Forged::new();
    let name = forged.store();
    forged.house.remold(&["pull", &name]).exit(0);
}

#[test]
fn what_is_no_component_is_refused_by_its_types() {
    let mut image = Forged::new();
    image.manifest["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1+json");
    image.refused(
        "artifact-kind",
        &["application/vnd.oci.image.config.v1+json"],
    );
    let mut tar = Forged::new();
    tar.manifest["layers"][0]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+gzip");
    tar.refused("artifact-kind", &["tar+gzip"]);
    let list = Forged::new();
    list.store();
    let of = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [descriptor(MANIFEST, list.manifest.to_string().as_bytes())],
    });
    let index = "application/vnd.oci.image.index.v1+json";
    list.house
        .registry
        .store("acme/forged", "list", index, of.to_string().as_bytes(), &[]);
    let of_list = list.house.name("acme/forged:list");
    list.house.refused(
        &["pull", &of_list],
        "artifact-kind",
        1,
        &["a list of several"],
    );
}

#[test]
fn a_component_is_one_layer() {
    let mut two = Forged::new();
    let layer = two.manifest["layers"][0].clone();
    two.manifest["layers"] = json!([layer, layer]);
    two.refused("artifact-layers", &["2 layers"]);
    let mut none = Forged::new();
    none.manifest["layers"] = json!([]);
    none.refused("artifact-layers", &["0 layers"]);
}

#[test]
fn a_layer_that_lies_of_its_size_is_refused() {
    for (size, word) in [
        (7_u64, "8 bytes"),
        (1 << 20, "bytes, and its manifest says 1048576"),
    ] {
        let mut forged = Forged::new();
        forged.manifest["layers"][0]["size"] = json!(size);
        forged.refused("artifact-size", &[word]);
    }
    // What is kept already has the digest, and still not the size.
    let mut kept = Forged::new();
    let name = kept.store();
    kept.house.remold(&["pull", &name]).exit(0);
    kept.manifest["layers"][0]["size"] = json!(7);
    kept.refused("artifact-size", &["manifest says 7"]);
    let mut large = Forged::new();
    large.manifest["layers"][0]["size"] = json!(5_u64 << 30);
    large.refused("artifact-too-large", &["5368709120 bytes", "134217728"]);
}

#[test]
fn bytes_that_do_not_have_their_digest_are_refused() {
    let forged = Forged::new();
    let name = forged.store();
    forged.house.registry.spoil(&forged.hex(), |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    forged.house.refused(
        &["pull", &name],
        "artifact-digest",
        1,
        &["the component has the digest", &forged.hex()],
    );

    // The manifest itself, where it is pinned: another one is given out under its digest.
    let house = House::new();
    let digest = house.push("acme/a:1");
    let hex = digest.replace("sha256:", "");
    house.registry.spoil(&hex, |bytes| bytes.push(b' '));
    let oci = format!("oci: \"{}\", digest: \"{digest}\"", house.name("acme/a:1"));
    let folder = house.manifest("spoiled", &oci);
    let found = house.json(&["check", &folder]);
    let code = text(&found["error"]["code"]);
    // This registry notices by itself and fails; one that does not is found out here.
    assert!(
        ["artifact-digest", "registry-failed"].contains(&code.as_str()),
        "{found:#}"
    );
}

#[test]
fn a_manifest_pins_what_it_names_and_says_where() {
    let house = House::new();
    let digest = house.push("acme/a:1");
    let name = house.name("acme/a:1");
    let unpinned = house.manifest("unpinned", &format!("oci: \"{name}\""));
    let found = house.json(&["check", &unpinned]);
    let detail = &found["error"]["details"][0];
    assert_eq!(detail["code"], "unpinned", "{found:#}");
    assert_eq!(
        (&detail["line"], &detail["column"]),
        (&json!(7), &json!(18)),
        "{found:#}"
    );
    assert!(text(&detail["message"]).contains(&digest), "{found:#}");
    assert!(
        text(&detail["hints"][0]).contains(&format!("digest: {digest}")),
        "{found:#}"
    );
    house
        .remold(&["dry-run", &unpinned, "--target", "redis://127.0.0.1:1"])
        .exit(1);
    house
        .remold(&["run", &unpinned, "--target", "redis://127.0.0.1:1", "--yes"])
        .exit(1);

    let other = format!("sha256:{}", "ab".repeat(32));
    let wrong = house.manifest("wrong", &format!("oci: \"{name}\", digest: \"{other}\""));
    house.refused(
        &["check", &wrong],
        "artifact-not-found",
        1,
        &["acme/a", &other],
    );
    let found = house.json(&["check", &wrong]);
    assert_eq!(found["error"]["details"][0]["line"], 7, "{found:#}");

    let said = house.remold(&["check", &wrong]).exit(1);
    assert!(said.contains("wrong/migration.yaml:7:18"), "{said}");
    assert!(
        said.contains("the digest is the one of the artifact's manifest"),
        "{said}"
    );

    house.registry.stop();
    let found = house.json(&["check", &unpinned]);
    let detail = &found["error"]["details"][0];
    assert_eq!(detail["code"], "unpinned", "{found:#}");
    assert!(
        text(&detail["hints"][0]).contains(&format!("remold pull {name}")),
        "{found:#}"
    );
}

#[test]
fn a_registry_that_is_none_or_is_not_there_is_told_apart() {
    let house = House::new();
    let gone = "127.0.0.1:1/acme/a:1";
    house.refused(
        &["pull", gone],
        "registry-unreachable",
        1,
        &["127.0.0.1:1", "refused"],
    );
    let nowhere = "registry.invalid/acme/a:1";
    house.refused(
        &["pull", nowhere],
        "registry-unreachable",
        1,
        &["registry.invalid"],
    );
    // Something that speaks, but not HTTP.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            drop(std::io::Write::write_all(
                &mut &stream,
                b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            ));
        }
    });
    let ssh = format!("127.0.0.1:{port}/acme/a:1");
    let found = house.json(&["pull", &ssh]);
    let code = text(&found["error"]["code"]);
    assert!(
        ["registry-tls", "registry-protocol", "registry-unreachable"].contains(&code.as_str()),
        "{found:#}"
    );
    assert_eq!(found["exitCode"], 1);
}
