//! Custom resources: their schema, rules and status.

use remold_tests::ControlPlane;
use serde_json::json;

/// A kind with a rule and a status.
const WORDS: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: words.tests.remold.dev}
spec:
  group: tests.remold.dev
  scope: Namespaced
  names: {plural: words, singular: word, kind: Word}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties: {least: {type: integer}, most: {type: integer}}
            x-kubernetes-validations:
            - {rule: self.least <= self.most, message: the least is above the most}
          status:
            type: object
            properties: {found: {type: integer}}
";

fn word(least: i32, most: i32) -> String {
    format!(
        "{{apiVersion: tests.remold.dev/v1, kind: Word, metadata: {{name: one}}, spec: {{least: {least}, most: {most}}}}}"
    )
}

/// One test for all: the definition is the cluster's, not a namespace's.
#[test]
fn a_breach_of_a_rule_is_refused_with_its_message_and_a_status_is_written_apart() {
    let cluster = ControlPlane::shared();
    let namespace = cluster.namespace("words");
    cluster.apply(&namespace, WORDS);
    cluster.wait_for_condition(
        "customresourcedefinition",
        "",
        "words.tests.remold.dev",
        "Established",
    );

    let arguments = ["apply", "--namespace", &namespace, "--filename", "-"];
    let complaint = cluster.admin().run_with(&arguments, &word(2, 1)).refused();
    assert!(
        complaint.contains("the least is above the most"),
        "{complaint}"
    );

    cluster.apply(&namespace, &word(1, 2));
    let patch = json!({ "spec": { "most": 9 }, "status": { "found": 7 } });
    let admin = cluster.admin();
    admin
        .patch_status("word", &namespace, "one", &patch)
        .succeeded();
    let found = cluster.get_json("word", &namespace, "one");
    assert_eq!(found["status"]["found"], 7, "{found:#}");
    assert_eq!(found["spec"]["most"], 2, "the status alone: {found:#}");
}
