//! Where a node lives: namespaces of its own for network, mounts and processes, so that whatever it does to them ends when
//! its first process does, and that ends with the test process. The machine's own iptables and mounts are not touched.
//!
//! A pair of interfaces connects it with the machine: `remold-node` here, `eth0` there. The machine reaches the addresses
//! of pods and Services through it, and they reach the machine at [`MACHINE`]. The networks are those of RFC 2544, set aside
//! for tests.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::component::Component;
use super::control_plane::SERVICES;
use crate::binary::said;
use crate::patience::try_wait_for;
use crate::server::process::leashed;

/// The machine, as the node and its pods see it.
pub(super) const MACHINE: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The node, as the machine sees it.
pub(super) const NODE: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 2);
/// The network of the pods.
pub(super) const PODS: &str = "198.19.0.0/24";

const LINK: &str = "remold-node";
/// The kubelet insists on it.
const KUBELET: &str = "/var/lib/kubelet";

/// The namespaces, held by a process that waits.
#[derive(Debug)]
pub(super) struct Enclosure {
    /// `unshare`; the kernel kills what is inside when it ends.
    outer: Component,
    /// The first process inside, by its number outside.
    first: u32,
    /// Where programs are looked for.
    path: OsString,
    folder: PathBuf,
}

impl Enclosure {
    /// Makes one; `folder` is removed with it, `first` is the program that waits, `programs` the folder with what runs containers.
    pub(super) fn open(folder: &Path, first: &Path, programs: &Path) -> Self {
        remove_remains();
        let mut command = leashed("unshare");
        command
            .args([
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--mount-proc",
                "--kill-child",
            ])
            .arg(first);
        let mut outer = Component::start("enclosure", folder, command);
        let mut inner = None;
        let children = format!("/proc/{0}/task/{0}/children", outer.id());
        outer
            .wait_until(|| {
                let text = fs::read_to_string(&children).unwrap_or_default();
                inner = text.trim().parse().ok();
                // Until then it is unshare itself, whose namespaces need not be made yet.
                inner.is_some_and(|inner: u32| {
                    fs::read_link(format!("/proc/{inner}/exe")).is_ok_and(|exe| exe == first)
                })
            })
            .unwrap_or_else(|log| panic!("the namespaces of a node could not be made: {log}"));
        let mut path = programs.as_os_str().to_owned();
        path.push(":/usr/sbin:/usr/bin:/sbin:/bin");
        let enclosure = Self {
            outer,
            first: inner.expect("it was found"),
            path,
            folder: folder.to_owned(),
        };
        enclosure.furnish();
        enclosure
    }

    /// A command for a component that runs inside.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = leashed("nsenter");
        command
            .args(["--net", "--mount", "--pid", "--target"])
            .arg(self.first.to_string())
            .arg("--")
            .arg(program)
            .env("PATH", &self.path);
        command
    }

    /// Mounts empty folders over those that belong to the machine's own containers, and connects the network.
    fn furnish(&self) {
        fs::create_dir_all(KUBELET).expect("root can make a folder");
        let (first, link, machine, node) = (self.first, LINK, MACHINE, NODE);
        let outside = format!(
            "ip link add {link} type veth peer name eth0 netns {first}
             ip address add {machine}/30 dev {link}
             ip link set {link} up"
        );
        run(Command::new("sh").args(["-ec", &outside]));
        let inside = format!(
            "mount -t tmpfs tmpfs /run
             mount -t tmpfs tmpfs /var/log
             mount -t tmpfs tmpfs {KUBELET}
             ip link set lo up
             ip address add {node}/30 dev eth0
             ip link set eth0 up
             ip route add default via {machine}
             echo 1 >/proc/sys/net/ipv4/ip_forward"
        );
        run(self.command("sh").args(["-ec", &inside]));
        let routes = format!(
            "ip route add {PODS} via {node}
             ip route add {SERVICES} via {node}"
        );
        run(Command::new("sh").args(["-ec", &routes]));
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        self.outer.end();
        // The kernel takes a moment to end what is inside.
        let first = format!("/proc/{}", self.first);
        let _ended = try_wait_for(|| (!Path::new(&first).exists()).then_some(()));
        remove_remains();
        if std::thread::panicking() {
            return; // the logs stay until the next test process cleans up
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Removes what outlives the namespaces: the interface for a moment, and the empty groups of the pods' processes.
fn remove_remains() {
    // That there is none is what is wanted.
    drop(Command::new("ip").args(["link", "delete", LINK]).output());
    // An empty folder only; a kubelet of the machine's own would have something in it.
    drop(fs::remove_dir(KUBELET));
    let root = Path::new("/sys/fs/cgroup");
    remove_groups(&root.join("kubepods"));
    for controller in fs::read_dir(root).into_iter().flatten().flatten() {
        remove_groups(&controller.path().join("kubepods"));
    }
}

/// Removes a group and those in it; the kernel keeps those with processes.
fn remove_groups(group: &Path) {
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_groups(&entry.path());
        }
    }
    drop(fs::remove_dir(group));
}

/// Runs a command that must succeed.
pub(super) fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}",
        said(&output)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
