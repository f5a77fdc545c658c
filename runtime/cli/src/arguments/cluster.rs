//! Working in a Kubernetes cluster: a Job by hand, the definitions of the custom resources, the controller.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use remold_kube::controller::{LeaseName, NotifyFormat, NotifySettings, NotifyUrl};
use remold_kube::resources::SecretKey;

/// A Job to be printed.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["manifest", "rollback", "verify"]))]
#[command(group = ArgGroup::new("place").args(["claim", "new_claim", "store"]))]
pub(crate) struct JobArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: Option<PathBuf>,
    /// Print the Job that undoes this run instead
    #[arg(long, value_name = "RUN")]
    pub(crate) rollback: Option<String>,
    /// Print the Job that verifies this run instead
    #[arg(long, value_name = "RUN")]
    pub(crate) verify: Option<String>,
    /// The run's id: the migration's name and the beginning of its digest by default, so that the same Job applied twice is
    /// one run
    #[arg(long, value_name = "ID", conflicts_with_all = ["rollback", "verify"])]
    pub(crate) run: Option<String>,
    /// Run only what was approved: the digest of the plan, as `remold plan` shows it
    #[arg(long, value_name = "DIGEST", conflicts_with_all = ["rollback", "verify"])]
    pub(crate) approve: Option<String>,
    /// Run a migration again that was applied, changed or left unfinished before; give it a --run of its own
    #[arg(long, requires = "run", conflicts_with_all = ["rollback", "verify"])]
    pub(crate) again: bool,
    /// The image of the worker
    #[arg(long, value_name = "IMAGE", env = "REMOLD_IMAGE")]
    pub(crate) image: String,
    /// A Secret of the namespace with which the image is pulled; may be given several times
    #[arg(long, value_name = "SECRET")]
    pub(crate) image_pull_secret: Vec<String>,
    /// The name of the Job; the run's id by default
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The namespace; whoever applies the objects says it by default
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// How many workers share the run, instead of the manifest's `spec.job.workers`; of a run to be undone or verified, how many
    /// shared it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) workers: Option<u32>,
    #[command(flatten)]
    pub(crate) server: JobServerArguments,
    #[command(flatten)]
    pub(crate) journal: JobJournalArguments,
}

/// The server as the pods of a Job see it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct JobServerArguments {
    /// The server as the pods see it, without a password: `redis://redis.shop.svc:6379/0`
    #[arg(long, value_name = "URL")]
    pub(crate) target: String,
    /// The user (ACL)
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// The number of the database, instead of the URL's
    #[arg(long, value_name = "N")]
    pub(crate) db: Option<u32>,
    /// The key of a Secret that holds the password
    #[arg(long, value_name = "SECRET/KEY", value_parser = secret_key)]
    pub(crate) password_secret: Option<SecretKey>,
    /// The key of a Secret that holds the certificates of the authorities to trust, PEM
    #[arg(long, value_name = "SECRET/KEY", value_parser = secret_key)]
    pub(crate) ca_secret: Option<SecretKey>,
    /// What the names of Remold's own keys on a server begin with; the same in every command
    #[arg(long, value_name = "TEXT")]
    pub(crate) prefix: Option<String>,
}

/// Where the journals of a Job are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JobJournalArguments {
    /// A PersistentVolumeClaim that exists
    #[arg(long, value_name = "NAME")]
    pub(crate) claim: Option<String>,
    /// Make a PersistentVolumeClaim of this size, such as 10Gi [default: the manifest's `spec.job.journal`, else 10Gi]
    #[arg(long, value_name = "SIZE", conflicts_with_all = ["rollback", "verify"])]
    pub(crate) new_claim: Option<String>,
    /// An object store instead: `s3://BUCKET/PREFIX`
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// The address of the object store, where it is not Amazon's
    #[arg(long, value_name = "URL", requires = "store")]
    pub(crate) store_endpoint: Option<String>,
    /// The region of the object store
    #[arg(long, value_name = "REGION", requires = "store")]
    pub(crate) store_region: Option<String>,
    /// A Secret with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; the pod's own identity is used without one
    #[arg(long, value_name = "SECRET", requires = "store")]
    pub(crate) store_secret: Option<String>,
}

/// A controller to be run.
#[derive(Debug, Args)]
pub(crate) struct ControllerArguments {
    /// The image of the workers, as a rule the controller's own
    #[arg(long, value_name = "IMAGE", env = "REMOLD_IMAGE")]
    pub(crate) image: String,
    /// When the image is pulled
    #[arg(long, value_name = "POLICY", env = "REMOLD_IMAGE_PULL_POLICY", default_value = "IfNotPresent", value_parser = ["Always", "IfNotPresent", "Never"])]
    pub(crate) image_pull_policy: String,
    /// A Secret with which the image is pulled, in each namespace in which workers are at work; may be given several times
    #[arg(
        long,
        value_name = "SECRET",
        env = "REMOLD_IMAGE_PULL_SECRETS",
        value_delimiter = ','
    )]
    pub(crate) image_pull_secret: Vec<String>,
    /// Watch this namespace alone; may be given several times; all are watched without it
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) namespace: Vec<String>,
    /// How many objects of a kind are worked on at a time
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) concurrency: u16,
    /// Work only while this process holds the Lease, of which it is one of several that may
    #[arg(long, value_name = "NAMESPACE/NAME")]
    pub(crate) lease: Option<LeaseName>,
    /// Serve `/metrics`, `/healthz` and `/readyz` here
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub(crate) address: SocketAddr,
    /// How log lines are written to standard error
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        env = "REMOLD_LOG"
    )]
    pub(crate) log: LogFormat,
    /// Tell this webhook when a migration waits for approval, ends or fails
    #[arg(
        long,
        value_name = "URL",
        env = "REMOLD_NOTIFY",
        hide_env_values = true
    )]
    pub(crate) notify: Option<String>,
    /// A file with the webhook's URL, instead of --notify: a Secret that is mounted
    #[arg(long, value_name = "FILE", conflicts_with = "notify")]
    pub(crate) notify_file: Option<PathBuf>,
    /// What the webhook takes
    #[arg(long, value_name = "FORMAT", default_value = "cloudevents")]
    pub(crate) notify_format: NotifyFormatArgument,
}

/// What a webhook takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NotifyFormatArgument {
    /// CloudEvents 1.0, structured, as JSON
    Cloudevents,
    /// `{"text": "..."}`, as Slack takes it
    Slack,
}

impl ControllerArguments {
    /// Returns the webhook that is told.
    pub(crate) fn notify(&self) -> Option<NotifySettings> {
        let file = self.notify_file.clone().map(NotifyUrl::File);
        let url = file.or_else(|| self.notify.clone().map(NotifyUrl::Here))?;
        let format = match self.notify_format {
            NotifyFormatArgument::Cloudevents => NotifyFormat::CloudEvents,
            NotifyFormatArgument::Slack => NotifyFormat::Slack,
        };
        Some(NotifySettings { url, format })
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// A JSON object on each line
    Json,
}

fn secret_key(text: &str) -> Result<SecretKey, String> {
    match text.split_once('/') {
        Some((name, key)) if !name.is_empty() && !key.is_empty() && !key.contains('/') => {
            Ok(SecretKey {
                name: name.to_owned(),
                key: key.to_owned(),
            })
        }
        _ => Err("expected the Secret's name and the key in it: NAME/KEY".to_owned()),
    }
}
