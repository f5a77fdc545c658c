//! A cluster with a node: scheduler, containerd, kubelet, kube-proxy and a network for pods, besides a control plane.
//!
//! Containers run with their limits, users and security contexts as they would elsewhere. There is no DNS in pods: use the
//! cluster address of a Service. Nothing is pulled: images are made with [`Node::load_image`], and pods say
//! `imagePullPolicy: Never`.

use std::fs::{self, File, TryLockError};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::component::Component;
use super::containers::Containers;
use super::control_plane::flag;
use super::credentials::{NODE, PROXY, SCHEDULER};
use super::enclosure::{self, Enclosure, PODS};
use super::{ControlPlane, ImageFile, components, container_programs, remold_image};
use crate::server::process;

/// The name of the node's object.
const NAME: &str = "node";
/// The name of the image of this checkout, as `tests/image.sh` makes it.
const REMOLD: &str = "remold.test/remold:1";
/// Held by the one node of the machine.
const LOCK: &str = "/run/lock/remold-tests-node";
/// How long another test process may hold it.
const TURN: Duration = Duration::from_mins(20);

/// What lets the API server, by its certificate, ask the kubelet for logs.
const ACCESS: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: api-server-asks-kubelets}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:kubelet-api-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: remold-client}]
";

/// A node that is ready, and its cluster.
#[derive(Debug)]
pub struct Node {
    cluster: ControlPlane,
    folder: PathBuf,
    containers: Containers,
    // In the order in which they are stopped.
    _components: Vec<Component>,
    enclosure: Enclosure,
    _turn: File,
}

impl Node {
    /// The one that the tests of one binary share. Take a namespace of its [`Node::cluster`].
    pub fn shared() -> &'static Self {
        static SHARED: Mutex<Option<&'static Node>> = Mutex::new(None);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.get_or_insert_with(|| Box::leak(Box::new(Self::start())))
    }

    /// Starts a control plane and a node, and waits until pods can run. Waits for its turn if there is another node on this
    /// machine.
    pub fn start() -> Self {
        let containers_from = container_programs();
        let programs = components();
        let turn = wait_for_turn();
        let folder = process::new_folder();
        let pause = programs.join("pause");
        let enclosure = Enclosure::open(&folder, &pause, &containers_from);
        let (cluster, containers) = thread::scope(|scope| {
            let containers = scope.spawn(|| {
                let containers = Containers::start(&enclosure, &folder, &containers_from);
                containers.load_pause(&enclosure, &pause);
                containers
            });
            let cluster = ControlPlane::start_at(enclosure::MACHINE);
            (cluster, containers.join().expect("containerd starts"))
        });
        cluster.apply("default", ACCESS);
        let components = vec![
            start_scheduler(&cluster, &folder, &programs),
            start_proxy(&cluster, &folder, &programs, &enclosure),
            start_kubelet(&cluster, &folder, &programs, &enclosure),
        ];
        cluster.wait_for_condition("node", "default", NAME, "Ready");
        Self {
            cluster,
            folder,
            containers,
            _components: components,
            enclosure,
            _turn: turn,
        }
    }

    /// The control plane that it belongs to.
    pub fn cluster(&self) -> &ControlPlane {
        &self.cluster
    }

    /// The folder with the logs: `kubelet.log`, `containerd.log` and so on. Those of the control plane are in its own.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address at which pods reach this machine: a server that a pod is to reach listens there.
    pub fn machine_address(&self) -> Ipv4Addr {
        enclosure::MACHINE
    }

    /// Makes an image of files and nothing else, for `imagePullPolicy: Never`: name `remold.test/words:1`, user
    /// `65532:65532`.
    pub fn load_image(&self, name: &str, files: &[ImageFile], entrypoint: &[&str], user: &str) {
        self.containers
            .load(&self.enclosure, name, files, entrypoint, user);
    }

    /// Loads the image of this checkout, [`remold_image`], and returns its name.
    pub fn load_remold(&self) -> &'static str {
        static LOADED: Once = Once::new();
        LOADED.call_once(|| self.containers.import(&self.enclosure, &remold_image()));
        REMOLD
    }
}

/// Waits until no other test process has a node.
fn wait_for_turn() -> File {
    fs::create_dir_all("/run/lock").expect("root can make a folder");
    let file = File::create(LOCK).expect("root can make a file");
    let end = Instant::now() + TURN;
    loop {
        match file.try_lock() {
            Ok(()) => return file,
            Err(TryLockError::Error(error)) => panic!("{LOCK}: {error}"),
            Err(TryLockError::WouldBlock) => assert!(
                Instant::now() < end,
                "another test process has held {LOCK}, the one node of this machine, for {TURN:?}"
            ),
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn start_scheduler(cluster: &ControlPlane, folder: &Path, programs: &Path) -> Component {
    let kubeconfig = cluster.write_kubeconfig(SCHEDULER);
    let mut command = process::leashed(programs.join("kube-scheduler"));
    for name in [
        "--kubeconfig",
        "--authentication-kubeconfig",
        "--authorization-kubeconfig",
    ] {
        command.arg(flag(name, &kubeconfig));
    }
    command.args(["--leader-elect=false", "--secure-port=0"]);
    Component::start("kube-scheduler", folder, command)
}

fn start_proxy(
    cluster: &ControlPlane,
    folder: &Path,
    programs: &Path,
    enclosure: &Enclosure,
) -> Component {
    let mut command = enclosure.command(programs.join("kube-proxy"));
    command
        .arg(flag("--kubeconfig", &cluster.write_kubeconfig(PROXY)))
        .arg(format!("--hostname-override={NAME}"))
        .arg("--proxy-mode=iptables")
        .arg(format!("--cluster-cidr={PODS}"))
        // The kernel's limits are the machine's.
        .args(["--conntrack-max-per-core=0", "--conntrack-min=0"])
        .args([
            "--conntrack-tcp-timeout-established=0s",
            "--conntrack-tcp-timeout-close-wait=0s",
        ]);
    Component::start("kube-proxy", folder, command)
}

fn start_kubelet(
    cluster: &ControlPlane,
    folder: &Path,
    programs: &Path,
    enclosure: &Enclosure,
) -> Component {
    let file = folder.join("kubelet.yaml");
    // Pods are not evicted because the machine's disk is almost full.
    let text = format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n\
         authentication: {{anonymous: {{enabled: false}}, webhook: {{enabled: true}}, x509: {{clientCAFile: \"{}\"}}}}\n\
         authorization: {{mode: Webhook}}\n\
         cgroupDriver: cgroupfs\nfailCgroupV1: false\nfailSwapOn: false\n\
         containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n\
         resolvConf: \"\"\nimageGCHighThresholdPercent: 100\n\
         evictionHard: {{nodefs.available: \"0%\", nodefs.inodesFree: \"0%\", imagefs.available: \"0%\"}}\n",
        cluster.certificates().authority.display()
    );
    fs::write(&file, text).expect("a file can be written");
    let mut command = enclosure.command(programs.join("kubelet"));
    command
        .arg(flag("--config", &file))
        .arg(flag("--kubeconfig", &cluster.write_kubeconfig(NODE)))
        .arg(format!("--hostname-override={NAME}"))
        .arg(format!("--node-ip={}", enclosure::NODE));
    Component::start("kubelet", folder, command)
}
