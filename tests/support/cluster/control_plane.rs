//! etcd, the API server and the controller manager, each a process, on free ports and with a folder of their own.
//!
//! They die with the test process, however that ends. The logs are in the folder.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Signal;

use super::component::Component;
use super::credentials::{self, ADMIN, CONTROLLERS, Endpoint, User};
use super::{Kubectl, components, requests};
use crate::Certificates;
use crate::server::process;

/// The network of the cluster addresses of Services.
pub(super) const SERVICES: &str = "198.19.1.0/24";
/// The address by which pods reach the API server: the first of the Services.
const API_SERVICE: &str = "198.19.1.1";

/// A cluster without nodes: objects are kept, checked and acted on; pods are created and stay pending.
#[derive(Debug)]
pub struct ControlPlane {
    programs: PathBuf,
    folder: PathBuf,
    address: Ipv4Addr,
    port: u16,
    etcd_port: u16,
    certificates: Certificates,
    admin: Kubectl,
    pub(super) next_namespace: AtomicU32,
    // In the order in which they are stopped.
    controllers: Option<Component>,
    api_server: Mutex<Option<Component>>,
    etcd: Option<Component>,
}

impl ControlPlane {
    /// Starts one on the loopback and waits until it is ready.
    pub fn start() -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST)
    }

    /// The one that the tests of one binary share. Take a [`ControlPlane::namespace`] of it, and do not stop it.
    pub fn shared() -> &'static Self {
        static SHARED: Mutex<Option<&'static ControlPlane>> = Mutex::new(None);
        // After a test that failed to start it the next one tries again.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.get_or_insert_with(|| Box::leak(Box::new(Self::start())))
    }

    /// Starts one at an address of this machine.
    pub(super) fn start_at(address: Ipv4Addr) -> Self {
        let programs = components();
        let mut complaint = String::new();
        for _ in 0..8 {
            let mut cluster = Self::prepare(programs.clone(), address);
            match cluster.launch() {
                Ok(()) => return cluster,
                // Another process took a port between our look at it and the component's.
                Err(log) if log.contains("address already in use") => complaint = log,
                Err(log) => panic!("the control plane did not start: {log}"),
            }
        }
        panic!("the control plane found no free port:\n{complaint}");
    }

    /// Writes what the components read.
    fn prepare(programs: PathBuf, address: Ipv4Addr) -> Self {
        let folder = process::new_folder();
        let names = [&address.to_string(), API_SERVICE, "kubernetes.default.svc"];
        let certificates = Certificates::create_for(&folder.join("certificates"), &names);
        credentials::write_account_keys(&folder);
        credentials::write_tokens(&folder);
        let (port, etcd_port) = (process::free_port(), process::free_port());
        let endpoint = Endpoint {
            url: format!("https://{address}:{port}"),
            authority: certificates.authority.clone(),
        };
        let kubeconfig = ADMIN.write_kubeconfig(&folder, &endpoint);
        Self {
            admin: Kubectl::new(programs.join("kubectl"), kubeconfig),
            programs,
            folder,
            address,
            port,
            etcd_port,
            certificates,
            next_namespace: AtomicU32::new(0),
            controllers: None,
            api_server: Mutex::new(None),
            etcd: None,
        }
    }

    fn launch(&mut self) -> Result<(), String> {
        self.etcd = Some(self.launch_etcd()?);
        let api_server = self.launch_api_server()?;
        *self.api_server() = Some(api_server);
        self.controllers = Some(self.launch_controllers());
        Ok(())
    }

    fn launch_etcd(&self) -> Result<Component, String> {
        let mut command = process::leashed(self.programs.join("etcd"));
        command
            .arg("--data-dir")
            .arg(self.folder.join("etcd"))
            .arg(format!(
                "--listen-client-url=http://127.0.0.1:{}",
                self.etcd_port
            ));
        let mut etcd = Component::start("etcd", &self.folder, command);
        etcd.wait_until(|| TcpStream::connect(("127.0.0.1", self.etcd_port)).is_ok())?;
        Ok(etcd)
    }

    fn launch_api_server(&self) -> Result<Component, String> {
        let Self { address, port, .. } = self;
        let folder = self.folder.display();
        let certificates = &self.certificates;
        let mut command = process::leashed(self.programs.join("kube-apiserver"));
        command
            .arg(format!(
                "--etcd-servers=http://127.0.0.1:{}",
                self.etcd_port
            ))
            .arg(format!("--bind-address={address}"))
            .arg(format!("--advertise-address={address}"))
            .arg(format!("--secure-port={port}"))
            .arg(format!("--cert-dir={folder}/certificates"))
            .arg(flag("--tls-cert-file", &certificates.server))
            .arg(flag("--tls-private-key-file", &certificates.server_key))
            .arg("--service-account-issuer=https://kubernetes.default.svc")
            .arg(format!("--service-account-key-file={folder}/accounts.pub"))
            .arg(format!(
                "--service-account-signing-key-file={folder}/accounts.key"
            ))
            .arg(format!("--token-auth-file={folder}/tokens.csv"))
            .arg("--authorization-mode=Node,RBAC")
            .arg("--enable-admission-plugins=NodeRestriction")
            .arg(format!("--service-cluster-ip-range={SERVICES}"))
            // How it asks the kubelet for logs.
            .arg("--kubelet-preferred-address-types=InternalIP")
            .arg(flag("--kubelet-client-certificate", &certificates.client))
            .arg(flag("--kubelet-client-key", &certificates.client_key))
            .args(requests::audited(&self.folder));
        if address.is_loopback() {
            // No pod could reach it there, and it must not say so.
            command.arg("--endpoint-reconciler-type=none");
        }
        let mut api_server = Component::start("kube-apiserver", &self.folder, command);
        api_server.wait_until(|| self.is_ready())?;
        Ok(api_server)
    }

    /// Whether the API server has done everything that it does at its start.
    fn is_ready(&self) -> bool {
        // kubectl costs more than a connection, and could not do anything without one.
        TcpStream::connect((self.address, self.port)).is_ok()
            && self.kubectl(&["get", "--raw=/readyz"]).is_success()
    }

    fn launch_controllers(&self) -> Component {
        let kubeconfig = self.write_kubeconfig(CONTROLLERS);
        let mut command = process::leashed(self.programs.join("kube-controller-manager"));
        for name in [
            "--kubeconfig",
            "--authentication-kubeconfig",
            "--authorization-kubeconfig",
        ] {
            command.arg(flag(name, &kubeconfig));
        }
        command
            .arg(flag(
                "--service-account-private-key-file",
                &self.folder.join("accounts.key"),
            ))
            .arg(flag("--root-ca-file", &self.certificates.authority))
            .args([
                "--use-service-account-credentials=true",
                "--leader-elect=false",
                "--secure-port=0",
                // By default it would spend five seconds on tokens for its controllers.
                "--kube-api-qps=1000",
                "--kube-api-burst=1000",
            ]);
        Component::start("kube-controller-manager", &self.folder, command)
    }

    /// The folder with the logs, `kube-apiserver.log` and so on, and all that the components write.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the API server is asked: `https://127.0.0.1:21000`.
    pub fn url(&self) -> String {
        self.endpoint().url
    }

    /// The certificates: the authority is that of the API server, the client is how it shows itself to a kubelet.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// kubectl as the user `admin`, who may do everything.
    pub fn admin(&self) -> &Kubectl {
        &self.admin
    }

    /// kubectl as one of the people `ada` and `grace`, who may do nothing until a role is bound to them. Their group is
    /// `people`.
    pub fn user(&self, name: &str) -> Kubectl {
        self.kubectl_with(self.write_kubeconfig(credentials::person(name)))
    }

    /// kubectl as a service account, which must be there, with a token of its own for a day.
    #[track_caller]
    pub fn service_account(&self, namespace: &str, name: &str) -> Kubectl {
        let arguments = [
            "create",
            "token",
            name,
            "--namespace",
            namespace,
            "--duration=24h",
        ];
        let token = self.kubectl(&arguments).succeeded();
        let user = format!("system:serviceaccount:{namespace}:{name}");
        let file =
            credentials::write_kubeconfig(&self.folder, &self.endpoint(), &user, token.trim());
        self.kubectl_with(file)
    }

    /// Kills the API server as a power cut would.
    pub fn kill_api_server(&self) {
        *self.api_server() = None;
    }

    /// Starts the API server again after [`ControlPlane::kill_api_server`], on the same port, and waits until it is ready.
    pub fn restart_api_server(&self) {
        let mut api_server = self.api_server();
        assert!(api_server.is_none(), "the API server still runs");
        match self.launch_api_server() {
            Ok(started) => *api_server = Some(started),
            Err(log) => panic!("it did not start again: {log}"),
        }
    }

    /// Freezes the API server: connections stay open and nothing is answered.
    pub fn pause_api_server(&self) {
        self.signal_api_server(Signal::STOP);
    }

    /// Lets the API server go on after [`ControlPlane::pause_api_server`].
    pub fn proceed_api_server(&self) {
        self.signal_api_server(Signal::CONT);
    }

    /// The end of the API server's log.
    pub fn api_server_log_tail(&self) -> String {
        process::tail(&self.folder.join("kube-apiserver.log"))
    }

    fn signal_api_server(&self, which: Signal) {
        let api_server = self.api_server();
        api_server
            .as_ref()
            .expect("the API server runs")
            .signal(which);
    }

    fn api_server(&self) -> MutexGuard<'_, Option<Component>> {
        self.api_server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint {
            url: format!("https://{}:{}", self.address, self.port),
            authority: self.certificates.authority.clone(),
        }
    }

    fn kubectl_with(&self, kubeconfig: PathBuf) -> Kubectl {
        Kubectl::new(self.programs.join("kubectl"), kubeconfig)
    }

    pub(super) fn write_kubeconfig(&self, user: User) -> PathBuf {
        user.write_kubeconfig(&self.folder, &self.endpoint())
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        self.controllers = None;
        self.kill_api_server();
        self.etcd = None;
        if std::thread::panicking() {
            return; // the logs stay until the next test process cleans up
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// `--name=path`.
pub(super) fn flag(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}
