//! containerd inside of an [`Enclosure`], with a bridge for the pods' network.

use std::fs;
use std::path::{Path, PathBuf};

use super::component::Component;
use super::enclosure::{Enclosure, PODS, run};
use super::image::{self, ImageFile};

/// The image of the process that holds a pod's namespaces.
const PAUSE: &str = "remold.test/pause:1";

/// Containers and images. They end with their enclosure.
#[derive(Debug)]
pub(super) struct Containers {
    folder: PathBuf,
    programs: PathBuf,
    _containerd: Component,
}

impl Containers {
    /// Starts containerd; its data is in `folder`.
    pub(super) fn start(enclosure: &Enclosure, folder: &Path, programs: &Path) -> Self {
        let network = folder.join("network");
        fs::create_dir_all(&network).expect("a folder can be made");
        fs::write(network.join("pods.conflist"), network_text(folder))
            .expect("a file can be written");
        let file = folder.join("containerd.toml");
        fs::write(&file, configuration(folder, programs)).expect("a file can be written");
        let mut command = enclosure.command(programs.join("containerd"));
        command.arg("--config").arg(&file);
        let mut containerd = Component::start("containerd", folder, command);
        let ready = containerd.wait_until(|| {
            let mut question = enclosure.command(programs.join("ctr"));
            question
                .arg("version")
                .output()
                .is_ok_and(|answer| answer.status.success())
        });
        if let Err(log) = ready {
            panic!("{log}");
        }
        Self {
            folder: folder.to_owned(),
            programs: programs.to_owned(),
            _containerd: containerd,
        }
    }

    /// Makes the image that every pod needs; `program` waits for a signal.
    pub(super) fn load_pause(&self, enclosure: &Enclosure, program: &Path) {
        let files = [ImageFile::program("/pause", program)];
        self.load(enclosure, PAUSE, &files, &["/pause"], "65535:65535");
    }

    /// Makes an image and hands it over.
    pub(super) fn load(
        &self,
        enclosure: &Enclosure,
        name: &str,
        files: &[ImageFile],
        entrypoint: &[&str],
        user: &str,
    ) {
        let archive = image::write_archive(&self.folder, name, files, entrypoint, user);
        self.import(enclosure, &archive);
        fs::remove_file(&archive).expect("it was just written");
    }

    /// Hands over an image that is there, a docker archive.
    pub(super) fn import(&self, enclosure: &Enclosure, archive: &Path) {
        run(enclosure
            .command(self.programs.join("ctr"))
            .args(["--namespace", "k8s.io", "images", "import"])
            .arg(archive));
    }
}

/// `restrict_oom_score_adj`: not every root may let a process be killed later than others.
fn configuration(folder: &Path, programs: &Path) -> String {
    let (folder, programs) = (folder.display(), programs.display());
    format!(
        "version = 2\nroot = \"{folder}/containerd\"\nstate = \"/run/containerd\"\n\
         [plugins.\"io.containerd.grpc.v1.cri\"]\n\
         sandbox_image = \"{PAUSE}\"\nrestrict_oom_score_adj = true\n\
         [plugins.\"io.containerd.grpc.v1.cri\".cni]\n\
         bin_dir = \"{programs}/../cni\"\nconf_dir = \"{folder}/network\"\n\
         [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\n\
         runtime_type = \"io.containerd.runc.v2\"\n\
         [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\n\
         BinaryName = \"{programs}/runc\"\nSystemdCgroup = false\n"
    )
}

fn network_text(folder: &Path) -> String {
    serde_json::json!({
        "cniVersion": "1.0.0",
        "name": "pods",
        "plugins": [{
            "type": "bridge",
            "bridge": "pods",
            "isGateway": true,
            "ipMasq": true,
            "hairpinMode": true,
            "ipam": {
                "type": "host-local",
                "dataDir": folder.join("addresses"),
                "ranges": [[{"subnet": PODS}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        }],
    })
    .to_string()
}
