//! Pods, Services and the machine reach each other.

use redis::Commands as _;
use remold_tests::{ControlPlane, ImageFile, Options, Server, ServerVersion, wait_for};

use super::node::node_with_shell;

#[test]
fn a_pod_reaches_the_api_server_by_its_service() {
    let cluster = node_with_shell().cluster();
    let script = "echo </dev/tcp/$KUBERNETES_SERVICE_HOST/$KUBERNETES_SERVICE_PORT && echo reached";
    let log = log_of_pod(cluster, &cluster.namespace("service"), script);
    assert_eq!(log.trim(), "reached");
}

#[test]
fn a_pod_reaches_a_server_of_the_machine() {
    let node = node_with_shell();
    let address = node.machine_address();
    let server = Server::start(ServerVersion::Redis7_0, Options::new().address(address));
    let script = format!(
        "exec 3<>/dev/tcp/{address}/{} && printf 'SET from pod\\r\\n' >&3 && read -r answer <&3 && echo $answer",
        server.port()
    );
    let cluster = node.cluster();
    let log = log_of_pod(cluster, &cluster.namespace("redis"), &script);
    assert_eq!(log.trim(), "+OK");
    let from: String = server.connection().get("from").expect("it is there");
    assert_eq!(from, "pod");
}

#[test]
fn the_machine_reaches_a_service() {
    const REDIS: &str = "
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: redis}
  spec: {selector: {app: redis}, ports: [{port: 6379}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: redis, labels: {app: redis}}
  spec:
    terminationGracePeriodSeconds: 1
    containers:
    - {name: redis, image: \"remold.test/redis:1\", imagePullPolicy: Never, args: [--protected-mode, \"no\", --save, \"\"]}
";
    let node = node_with_shell();
    let cluster = node.cluster();
    let namespace = cluster.namespace("redis");
    let program = ServerVersion::Redis6_2.server_program();
    let files = ImageFile::program_with_libraries("/bin/redis-server", program);
    node.load_image(
        "remold.test/redis:1",
        &files,
        &["/bin/redis-server"],
        "65532:65532",
    );

    cluster.apply(&namespace, REDIS);
    let address = cluster.wait_for(
        "service",
        &namespace,
        "redis",
        "has an address",
        |service| Some(service["spec"]["clusterIP"].as_str()?.to_owned()),
    );
    cluster.wait_for_condition("pod", &namespace, "redis", "Ready");
    let client = redis::Client::open((address, 6379)).expect("an address is a URL");
    let answer: String = wait_for("an answer through the Service", || {
        let mut connection = client.get_connection().ok()?;
        redis::cmd("PING").query(&mut connection).ok()
    });
    assert_eq!(answer, "PONG");
}

/// Runs a pod with a script for the shell to its end, and returns what it has said.
fn log_of_pod(cluster: &ControlPlane, namespace: &str, script: &str) -> String {
    let pod = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probe"},
        "spec": {
            "restartPolicy": "Never",
            "containers": [{
                "name": "probe",
                "image": "remold.test/shell:1",
                "imagePullPolicy": "Never",
                "args": ["-c", script],
            }],
        },
    });
    cluster.apply(namespace, &pod.to_string());
    cluster.wait_for("pod", namespace, "probe", "has ended", |pod| {
        let phase = pod["status"]["phase"].as_str()?;
        ["Succeeded", "Failed"].contains(&phase).then_some(())
    });
    cluster
        .kubectl(&["logs", "probe", "--namespace", namespace])
        .succeeded()
}
