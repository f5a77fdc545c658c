//! Who may speak with an API server: the keys it signs with, the tokens of its users, and a kubeconfig for each.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rcgen::KeyPair;

/// A user with a token that never changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct User {
    pub(super) name: &'static str,
    group: &'static str,
}

const fn user(name: &'static str, group: &'static str) -> User {
    User { name, group }
}

/// May do everything.
pub(super) const ADMIN: User = user("admin", "system:masters");
pub(super) const CONTROLLERS: User = user("system:kube-controller-manager", "system:components");
pub(super) const SCHEDULER: User = user("system:kube-scheduler", "system:components");
pub(super) const NODE: User = user("system:node:node", "system:nodes");
pub(super) const PROXY: User = user("system:kube-proxy", "system:components");
/// People, who may do nothing until a role is bound to them.
const PEOPLE: [User; 2] = [user("ada", "people"), user("grace", "people")];

/// Finds one of the people by name.
pub(super) fn person(name: &str) -> User {
    let found = PEOPLE.into_iter().find(|person| person.name == name);
    found.unwrap_or_else(|| panic!("no user is called {name}; there are: ada, grace"))
}

/// What an API server is asked at, and what a client needs to trust it.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// `https://127.0.0.1:21000`.
    pub(super) url: String,
    /// Certificate of the authority.
    pub(super) authority: PathBuf,
}

/// Writes the key pair that service account tokens are signed with: `accounts.key`, `accounts.pub`.
pub(super) fn write_account_keys(folder: &Path) {
    let pair = KeyPair::generate().expect("a key can be made");
    fs::write(folder.join("accounts.key"), pair.serialize_pem()).expect("a file can be written");
    fs::write(folder.join("accounts.pub"), pair.public_key_pem()).expect("a file can be written");
}

/// Writes `tokens.csv`, all users with their tokens and groups.
pub(super) fn write_tokens(folder: &Path) {
    let mut text = String::new();
    for user in [ADMIN, CONTROLLERS, SCHEDULER, NODE, PROXY]
        .into_iter()
        .chain(PEOPLE)
    {
        let User { name, group } = user;
        writeln!(text, "{},{name},{name},\"{group}\"", user.token())
            .expect("a text takes everything");
    }
    fs::write(folder.join("tokens.csv"), text).expect("a file can be written");
}

impl User {
    fn token(self) -> String {
        format!("token-of-{}", self.name.replace(':', "-"))
    }

    /// Writes a kubeconfig with which one is this user.
    pub(super) fn write_kubeconfig(self, folder: &Path, endpoint: &Endpoint) -> PathBuf {
        write_kubeconfig(folder, endpoint, self.name, &self.token())
    }
}

/// Writes a kubeconfig with which one is who a token says.
pub(super) fn write_kubeconfig(
    folder: &Path,
    endpoint: &Endpoint,
    name: &str,
    token: &str,
) -> PathBuf {
    let Endpoint { url, authority } = endpoint;
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: tests\n\
         clusters: [{{name: tests, cluster: {{server: \"{url}\", certificate-authority: \"{}\"}}}}]\n\
         users: [{{name: \"{name}\", user: {{token: \"{token}\"}}}}]\n\
         contexts: [{{name: tests, context: {{cluster: tests, user: \"{name}\"}}}}]\n",
        authority.display()
    );
    let path = folder.join(format!("{}.kubeconfig", name.replace(':', "-")));
    // Another test may be reading the one that is there.
    let fresh = tempfile::NamedTempFile::new_in(folder).expect("a file can be made");
    fs::write(fresh.path(), text).expect("a file can be written");
    fresh.persist(&path).expect("a file can be renamed");
    path
}
