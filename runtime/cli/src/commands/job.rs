//! `remold job`: the objects of a Job that runs a migration in a cluster, undoes a run or verifies it, for `kubectl apply -f -`.
//!
//! No controller is needed, and nothing is contacted: the manifest is checked as `remold check` does it, and goes along.

mod journal;
mod papers;

use remold::RedisOptions;
use remold::manifest::{Approval, JobSpec};
use remold_kube::resources::{AuthSpec, TargetSpec, TlsSpec};
use remold_kube::workers::{BundleError, Connection, Storage, Task, Tracing, Work, bundle};

use super::Answer;
use crate::arguments::{Format, JobArguments, JobServerArguments, shell_word};
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::screen;
use crate::style::{FAINT, NAME, paint};
use papers::Migrating;

/// Writes the objects.
pub(super) fn job(arguments: &JobArguments, format: Format) -> Result<Answer, Report> {
    let connection = connection(&arguments.server)?;
    let migrating = match &arguments.manifest {
        Some(manifest) => Some(papers::read(manifest)?),
        None => None,
    };
    let settings = migrating.as_ref().and_then(|one| one.spec.job.clone());
    let settings = settings.unwrap_or_default();
    let workers = arguments.workers.or(settings.workers).unwrap_or(1);
    let task = task(arguments, migrating.as_ref(), workers)?;
    let run = run_of(&task).to_owned();
    let name = name(arguments, &run);
    let spec = migrating.as_ref().map(|one| &one.spec);
    let asking = spec.filter(|spec| spec.capabilities.backup);
    let backups = asking.and_then(|spec| spec.backup.rdb.as_ref());
    let backups = backups.map(|rdb| Storage::from(&rdb.store));
    let (journal, new_claim) = journal::of(arguments, &settings, &name)?;
    let work = Work {
        instance: name.clone(),
        namespace: arguments.namespace.clone(),
        owner: None,
        image: arguments.image.clone(),
        pull_policy: None,
        pull_secrets: arguments.image_pull_secret.clone(),
        task,
        connection,
        storage: Some(journal),
        backups,
        manifest: None,
        service_account: settings
            .service_account_name
            .clone()
            .unwrap_or_else(|| name.clone()),
        settings: JobSpec {
            workers: Some(workers),
            ..settings
        },
        report_to: None,
        tracing: Tracing::default(),
        suspend: false,
        name,
    };
    let next = next_steps(arguments, &work, &run);
    let papers = migrating.as_ref().map(|one| &one.papers);
    let objects = bundle(work, papers, new_claim.as_ref())?;
    screen::err(&next);
    let documents = objects.iter().map(|object| {
        let text = remold::manifest::to_yaml(object);
        format!("---\n{text}")
    });
    Ok(Answer::objects(documents.collect(), &objects, format))
}

impl From<BundleError> for Report {
    fn from(error: BundleError) -> Self {
        Self::new(Exit::Failed, error.code(), error.to_string()).hint(error.hint())
    }
}

/// Says how the pods reach the server. A password in the address would be in the Job, for all to read.
fn connection(server: &JobServerArguments) -> Result<Connection, Report> {
    let options =
        RedisOptions::parse_url(&server.target).map_err(|error| Report::options(&error))?;
    if options.password.is_some() {
        return Err(Report::usage(
            "--target holds a password, which whoever may look at the Job could read",
            &["keep it in a Secret, and name that by --password-secret NAME/KEY"],
        ));
    }
    if server.ca_secret.is_some() && options.tls.is_none() {
        return Err(Report::usage(
            "--ca-secret is given and the address is not one of TLS",
            &["write rediss:// instead of redis://"],
        ));
    }
    let target = TargetSpec {
        url: Some(server.target.clone()),
        database: server.db,
        prefix: server.prefix.clone(),
        auth: Some(AuthSpec {
            username: server.username.clone(),
            password_from: server.password_secret.clone(),
        }),
        tls: Some(TlsSpec {
            ca_from: server.ca_secret.clone(),
            ..TlsSpec::default()
        }),
        ..TargetSpec::default()
    };
    Connection::of(&target, "")
        .map_err(|error| Report::usage(&error.to_string(), &["name it by --target"]))
}

fn task(
    arguments: &JobArguments,
    migrating: Option<&Migrating>,
    workers: u32,
) -> Result<Task, Report> {
    if let Some(run) = arguments.rollback.clone() {
        return Ok(Task::RollBack { run, workers });
    }
    if let Some(run) = arguments.verify.clone() {
        return Ok(Task::Verify { run, workers });
    }
    let migrating = migrating.ok_or_else(|| Report::usage("no manifest is named", &[]))?;
    let plan = arguments.approve.clone();
    if migrating.spec.policy.approval == Approval::Manual && plan.is_none() {
        let message = "spec.policy.approval is manual: nobody can be asked in a cluster";
        return Err(Report::new(Exit::Refused, "not-approved", message)
            .hint("`remold plan` shows the plan; --approve DIGEST approves it"));
    }
    let digest = migrating.digest.get(..8).unwrap_or_default();
    let run = arguments.run.clone();
    let run = run.unwrap_or_else(|| format!("{}-{digest}", migrating.name));
    Ok(Task::Run {
        run,
        workers,
        plan,
        again: arguments.again,
    })
}

fn run_of(task: &Task) -> &str {
    match task {
        Task::Run { run, .. } | Task::Verify { run, .. } | Task::RollBack { run, .. } => run,
        _ => "",
    }
}

/// Names the Job: by the run, and what is done with it.
fn name(arguments: &JobArguments, run: &str) -> String {
    if let Some(name) = &arguments.name {
        return name.clone();
    }
    if arguments.rollback.is_some() {
        format!("{run}-back")
    } else if arguments.verify.is_some() {
        format!("{run}-verify")
    } else {
        run.to_owned()
    }
}

/// Says what to do with the objects, and afterwards.
fn next_steps(arguments: &JobArguments, work: &Work, run: &str) -> String {
    let namespace = work.namespace.as_ref();
    let namespace = namespace.map_or_else(String::new, |name| format!(" -n {}", shell_word(name)));
    let (name, mut text) = (&work.name, String::new());
    let mut step = |what: &str, how: String| {
        text.line(format_args!(
            "{} {}",
            paint(FAINT, format!("{what:<12}")),
            paint(NAME, how)
        ));
    };
    step("to apply", format!("… | kubectl apply{namespace} -f -"));
    step(
        "to follow",
        format!("kubectl{namespace} logs -f job/{name}"),
    );
    step(
        "its end",
        format!("kubectl{namespace} wait --for=condition=complete --timeout=-1s job/{name}"),
    );
    if arguments.manifest.is_some() {
        let again = again(arguments, work);
        step("to verify", format!("remold job --verify {run}{again}"));
        step("to undo", format!("remold job --rollback {run}{again}"));
    }
    text
}

/// Writes the options for another Job on the same server and the same journals.
fn again(arguments: &JobArguments, work: &Work) -> String {
    let server = &arguments.server;
    let mut text = String::new();
    let mut add = |option: &str, value: Option<String>| {
        if let Some(value) = value {
            text.put(format_args!(" {option} {}", shell_word(&value)));
        }
    };
    let key = |key: &remold_kube::resources::SecretKey| format!("{}/{}", key.name, key.key);
    add("--target", Some(server.target.clone()));
    add("--username", server.username.clone());
    add("--db", server.db.map(|db| db.to_string()));
    add(
        "--password-secret",
        server.password_secret.as_ref().map(key),
    );
    add("--ca-secret", server.ca_secret.as_ref().map(key));
    add("--prefix", server.prefix.clone());
    add("--image", Some(arguments.image.clone()));
    add("--namespace", arguments.namespace.clone());
    let workers = Some(work.task.workers()).filter(|workers| *workers > 1);
    add("--workers", workers.map(|workers| workers.to_string()));
    for (option, value) in journal::again(work.storage.as_ref()) {
        add(option, Some(value));
    }
    text
}
