//! Containers on a real node.

use std::sync::{LazyLock, Once};

use remold_tests::{ImageFile, Node};

use super::lifetime::KILLED_NODE;

const JOB: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: work}
spec:
  completions: 3
  parallelism: 3
  completionMode: Indexed
  backoffLimitPerIndex: 0
  template:
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: work
        image: remold.test/shell:1
        imagePullPolicy: Never
        args:
        - -c
        - |
          echo "index $JOB_COMPLETION_INDEX reads $(read word </etc/words/one && echo $word)"
          echo >/new || echo "root is read-only"
          echo "done $JOB_COMPLETION_INDEX" >/dev/termination-log
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        resources: {limits: {memory: 64Mi, cpu: 500m}}
        volumeMounts: [{name: words, mountPath: /etc/words}]
      volumes: [{name: words, configMap: {name: words}}]
"#;

#[test]
fn an_indexed_job_runs_restricted_from_an_image_of_our_own() {
    let cluster = node_with_shell().cluster();
    let namespace = cluster.namespace("work");
    let enforce = "pod-security.kubernetes.io/enforce=restricted";
    cluster
        .kubectl(&["label", "namespace", &namespace, enforce])
        .succeeded();
    cluster.apply(
        &namespace,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: words}, data: {one: \"eins\\n\"}}",
    );
    cluster.apply(&namespace, JOB);
    cluster.wait_for_condition("job", &namespace, "work", "Complete");

    let column =
        "jsonpath={range .items[*]}{.status.containerStatuses[0].state.terminated.message}{end}";
    let messages = cluster
        .kubectl(&["get", "pods", "--namespace", &namespace, "--output", column])
        .succeeded();
    let mut messages: Vec<&str> = messages.lines().collect();
    messages.sort_unstable();
    assert_eq!(messages, ["done 0", "done 1", "done 2"]);

    let selector = "--selector=batch.kubernetes.io/job-completion-index=2";
    let log = cluster
        .kubectl(&["logs", selector, "--namespace", &namespace])
        .succeeded();
    assert!(log.contains("index 2 reads eins"), "{log}");
    assert!(log.contains("root is read-only"), "{log}");
}

/// The node, with an image of a shell. A node that was killed has been here before it.
pub(super) fn node_with_shell() -> &'static Node {
    static IMAGE: Once = Once::new();
    LazyLock::force(&KILLED_NODE);
    let node = Node::shared();
    IMAGE.call_once(|| {
        let files = ImageFile::program_with_libraries("/bin/bash", "/bin/bash");
        node.load_image("remold.test/shell:1", &files, &["/bin/bash"], "65532:65532");
    });
    node
}
