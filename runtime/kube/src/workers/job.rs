//! The Job of a task.
//!
//! One pod for each part of the work (an Indexed Job where there are several); a pod that dies is replaced once it is gone, so
//! that no two hold one part; exit codes say whether to try again; a pod that is told to stop finishes its batches. Pods have
//! no rights on the node, write nowhere but where they must, and see no token of the API unless they report.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{
    Job, JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
};
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapProjection, Container, ContainerPort, EmptyDirVolumeSource, EnvVar,
    KeyToPath, LocalObjectReference, PodSecurityContext, PodSpec, PodTemplateSpec,
    ProjectedVolumeSource, ResourceRequirements, SeccompProfile, SecurityContext, Toleration,
    Volume, VolumeMount, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use remold_manifest::Period;

use super::task::{MANIFEST_FOLDER, MANIFEST_KEY};
use super::{Connection, Manifest, Work};

/// Where workers serve their metrics.
pub(super) const METRICS_PORT: i32 = 9090;
/// User and group of the workers, which the image has too.
const USER: i64 = 65532;
/// How long a worker may take to finish its batches, unless the document says.
const GRACE: i64 = 60;
/// How often a part is begun again, unless the document says.
const RETRIES: i32 = 6;
/// How long a Job that has ended is kept, unless the document says: 1 day, in seconds.
const KEPT_FOR: i32 = 24 * 60 * 60;
/// Exit codes after which trying again is of no use: the command line, something else under the name of a schema, and what may
/// not be done as things stand.
const FINAL_EXITS: [i32; 3] = [2, 4, 6];
/// What a pod may use unless the document says.
const MEMORY: &str = "512Mi";
/// What is set aside for a pod unless the document says.
const REQUESTS: [(&str, &str); 2] = [("cpu", "250m"), ("memory", "128Mi")];

/// Makes the Job of a task.
pub fn job(work: &Work) -> Job {
    let settings = &work.settings;
    let workers = i32::try_from(work.task.workers()).unwrap_or(i32::MAX);
    let retries = settings.retries.map_or(RETRIES, |retries| {
        i32::try_from(retries).unwrap_or(i32::MAX)
    });
    Job {
        metadata: work.metadata(&work.name),
        spec: Some(JobSpec {
            completion_mode: Some("Indexed".to_owned()),
            completions: Some(workers),
            parallelism: Some(workers),
            backoff_limit_per_index: Some(retries),
            max_failed_indexes: Some(0),
            pod_replacement_policy: Some("Failed".to_owned()),
            pod_failure_policy: Some(failure_policy()),
            suspend: Some(work.suspend),
            ttl_seconds_after_finished: Some(settings.keep_for.map_or(KEPT_FOR, seconds)),
            template: PodTemplateSpec {
                metadata: Some(pod_metadata(work)),
                spec: Some(pod(work)),
            },
            ..JobSpec::default()
        }),
        status: None,
    }
}

/// An eviction is nobody's fault and is not counted; what cannot be mended by trying again ends the whole Job.
fn failure_policy() -> PodFailurePolicy {
    PodFailurePolicy {
        rules: vec![
            PodFailurePolicyRule {
                action: "Ignore".to_owned(),
                on_pod_conditions: Some(vec![PodFailurePolicyOnPodConditionsPattern {
                    type_: "DisruptionTarget".to_owned(),
                    status: "True".to_owned(),
                }]),
                on_exit_codes: None,
            },
            PodFailurePolicyRule {
                action: "FailJob".to_owned(),
                on_exit_codes: Some(PodFailurePolicyOnExitCodesRequirement {
                    container_name: Some("remold".to_owned()),
                    operator: "In".to_owned(),
                    values: FINAL_EXITS.to_vec(),
                }),
                on_pod_conditions: None,
            },
        ],
    }
}

fn pod_metadata(work: &Work) -> ObjectMeta {
    let mut labels = work.settings.labels.clone();
    labels.extend(work.labels());
    let annotations = work.settings.annotations.clone();
    ObjectMeta {
        labels: Some(labels),
        annotations: (!annotations.is_empty()).then_some(annotations),
        ..ObjectMeta::default()
    }
}

fn pod(work: &Work) -> PodSpec {
    let settings = &work.settings;
    let node_selector = settings.node_selector.clone();
    let tolerations: Vec<_> = settings.tolerations.iter().map(toleration).collect();
    PodSpec {
        containers: vec![container(work)],
        restart_policy: Some("Never".to_owned()),
        service_account_name: Some(work.service_account.clone()),
        automount_service_account_token: Some(work.report_to.is_some()),
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(
            settings
                .grace_period
                .map_or(GRACE, |period| i64::from(seconds(period))),
        ),
        node_selector: (!node_selector.is_empty()).then_some(node_selector),
        tolerations: (!tolerations.is_empty()).then_some(tolerations),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            fs_group: Some(USER),
            fs_group_change_policy: Some("OnRootMismatch".to_owned()),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..PodSecurityContext::default()
        }),
        image_pull_secrets: (!work.pull_secrets.is_empty()).then(|| {
            let secret = |name: &String| LocalObjectReference { name: name.clone() };
            work.pull_secrets.iter().map(secret).collect()
        }),
        volumes: Some(volumes(work)),
        ..PodSpec::default()
    }
}

fn toleration(written: &remold_manifest::Toleration) -> Toleration {
    Toleration {
        key: written.key.clone(),
        operator: written.operator.clone(),
        value: written.value.clone(),
        effect: written.effect.clone(),
        toleration_seconds: written.toleration_seconds,
    }
}

fn container(work: &Work) -> Container {
    let mut variables = vec![
        variable("REMOLD_TERMINATION_LOG", "/dev/termination-log"),
        variable("REMOLD_LOG", "json"),
        variable("REMOLD_METRICS", &format!("0.0.0.0:{METRICS_PORT}")),
        // Compiled components, and what else can be made again.
        variable("XDG_CACHE_HOME", "/tmp/cache"),
        variable("HOME", "/tmp"),
    ];
    variables.extend(work.stored().flat_map(|(one, used)| one.variables(used)));
    let tracing = work
        .tracing
        .variables(work.namespace.as_deref(), &work.name);
    variables.extend(tracing.iter().map(|(name, value)| variable(name, value)));
    let from = work
        .stored()
        .flat_map(|(one, used)| one.variables_from(used));
    let from: Vec<_> = from.collect();
    Container {
        name: "remold".to_owned(),
        image: Some(work.image.clone()),
        image_pull_policy: Some(
            work.pull_policy
                .clone()
                .unwrap_or_else(|| "IfNotPresent".to_owned()),
        ),
        args: Some(work.task.arguments(work)),
        env: Some(variables),
        env_from: (!from.is_empty()).then_some(from),
        ports: Some(vec![ContainerPort {
            name: Some("metrics".to_owned()),
            container_port: METRICS_PORT,
            ..ContainerPort::default()
        }]),
        resources: Some(resources(work)),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(Capabilities {
                drop: Some(vec!["ALL".to_owned()]),
                add: None,
            }),
            ..SecurityContext::default()
        }),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        volume_mounts: Some(mounts(work)),
        ..Container::default()
    }
}

fn resources(work: &Work) -> ResourceRequirements {
    let quantities = |named: &BTreeMap<String, String>| -> BTreeMap<String, Quantity> {
        let quantity = |(name, value): (&String, &String)| (name.clone(), Quantity(value.clone()));
        named.iter().map(quantity).collect()
    };
    let mut limits = quantities(&work.settings.limits);
    limits
        .entry("memory".to_owned())
        .or_insert_with(|| Quantity(MEMORY.to_owned()));
    let mut requests = quantities(&work.settings.requests);
    for (name, value) in REQUESTS {
        requests
            .entry(name.to_owned())
            .or_insert_with(|| Quantity(value.to_owned()));
    }
    ResourceRequirements {
        limits: Some(limits),
        requests: Some(requests),
        claims: None,
    }
}

fn variable(name: &str, value: &str) -> EnvVar {
    EnvVar {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        value_from: None,
    }
}

fn volumes(work: &Work) -> Vec<Volume> {
    let mut volumes = vec![Volume {
        name: "tmp".to_owned(),
        empty_dir: Some(EmptyDirVolumeSource {
            medium: None,
            size_limit: Some(Quantity("1Gi".to_owned())),
        }),
        ..Volume::default()
    }];
    volumes.extend(work.manifest.as_ref().map(manifest_volume));
    volumes.extend(work.connection.volume());
    volumes.extend(work.stored().filter_map(|(one, used)| one.volume(used)));
    volumes
}

fn mounts(work: &Work) -> Vec<VolumeMount> {
    let mut mounts = vec![VolumeMount {
        name: "tmp".to_owned(),
        mount_path: "/tmp".to_owned(),
        ..VolumeMount::default()
    }];
    mounts.extend(work.manifest.as_ref().map(|_| VolumeMount {
        name: "migration".to_owned(),
        mount_path: MANIFEST_FOLDER.to_owned(),
        read_only: Some(true),
        ..VolumeMount::default()
    }));
    let connection = &work.connection;
    mounts.extend(connection.volume().map(|_| Connection::mount()));
    mounts.extend(work.stored().filter_map(|(one, used)| one.mount(used)));
    mounts
}

/// The manifest and its files in one folder. A manifest among the files is covered by the one of its own ConfigMap.
fn manifest_volume(manifest: &Manifest) -> Volume {
    let projection = |name: &String, items: Option<Vec<KeyToPath>>| VolumeProjection {
        config_map: Some(ConfigMapProjection {
            name: name.clone(),
            items,
            optional: None,
        }),
        ..VolumeProjection::default()
    };
    let own = KeyToPath {
        key: MANIFEST_KEY.to_owned(),
        path: MANIFEST_KEY.to_owned(),
        mode: None,
    };
    let mut sources: Vec<_> = manifest
        .files
        .iter()
        .map(|name| projection(name, None))
        .collect();
    sources.push(projection(&manifest.config_map, Some(vec![own])));
    Volume {
        name: "migration".to_owned(),
        projected: Some(ProjectedVolumeSource {
            default_mode: Some(0o444),
            sources: Some(sources),
        }),
        ..Volume::default()
    }
}

fn seconds(period: Period) -> i32 {
    i32::try_from(period.to_duration().as_secs()).unwrap_or(i32::MAX)
}
