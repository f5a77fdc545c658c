//! Controllers act on what is applied.

use remold_tests::ControlPlane;

#[test]
fn an_indexed_job_gets_a_pod_for_each_index() {
    let cluster = ControlPlane::shared();
    let namespace = cluster.namespace("job");
    let job = "
apiVersion: batch/v1
kind: Job
metadata: {name: work}
spec:
  completions: 3
  parallelism: 3
  completionMode: Indexed
  backoffLimitPerIndex: 1
  podReplacementPolicy: Failed
  template:
    spec:
      restartPolicy: Never
      containers: [{name: work, image: remold.test/none, imagePullPolicy: Never}]
";
    cluster.apply(&namespace, job);
    cluster.wait_for("job", &namespace, "work", "has three pods", |job| {
        (job["status"]["active"] == 3).then_some(())
    });
    let indexes =
        "jsonpath={.items[*].metadata.annotations.batch\\.kubernetes\\.io/job-completion-index}";
    let text = cluster
        .kubectl(&[
            "get",
            "pods",
            "--namespace",
            &namespace,
            "--output",
            indexes,
        ])
        .succeeded();
    let mut indexes: Vec<&str> = text.split(' ').collect();
    indexes.sort_unstable();
    assert_eq!(indexes, ["0", "1", "2"]);
}
