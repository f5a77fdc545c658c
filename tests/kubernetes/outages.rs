//! An API server that is killed or does not answer, and comes back.

use remold_tests::{ControlPlane, wait_for};

const WORDS: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: words}, data: {one: eins}}";

#[test]
fn objects_outlive_an_api_server_that_is_killed_and_one_that_stands_still() {
    let cluster = ControlPlane::start();
    let namespace = cluster.namespace("outage");
    cluster.apply(&namespace, WORDS);
    let read = ["get", "configmap", "words", "--namespace", &namespace];
    let url = cluster.url();

    cluster.kill_api_server();
    let complaint = cluster.kubectl(&read).refused();
    assert!(complaint.contains("refused"), "{complaint}");
    let before = cluster.requests().len();
    cluster.restart_api_server();
    assert_eq!(cluster.url(), url);
    let words = cluster.get_json("configmap", &namespace, "words");
    assert_eq!(words["data"]["one"], "eins", "{words:#}");
    assert!(cluster.requests().len() >= before, "the log goes on");

    cluster.pause_api_server();
    let complaint = cluster
        .kubectl(&[&read[..], &["--request-timeout=1s"]].concat())
        .refused();
    // It depends on how far the connection has come.
    assert!(
        complaint.contains("Timeout exceeded") || complaint.contains("deadline exceeded"),
        "{complaint}"
    );
    cluster.proceed_api_server();
    wait_for("it answers again", || {
        cluster.kubectl(&read).is_success().then_some(())
    });

    let folder = cluster.folder().to_owned();
    assert!(folder.join("kube-apiserver.log").exists());
    drop(cluster);
    assert!(!folder.exists(), "a folder goes with its cluster");
}
