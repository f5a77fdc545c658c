//! Who leads, where several controllers run: a Lease that is taken, renewed and given back.
//!
//! It keeps two controllers from doing the same work twice. It does not keep a worker from writing: that is fenced in Redis.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::sync::watch;
use tokio::time::Instant;

use super::error::Error;
use super::metrics::Metrics;
use super::notice::{Notice, Notices};
use super::settings::LeaseSettings;

/// How long a lease holds without renewal, seconds.
const DURATION: i32 = 15;
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(5);
/// After this long without a renewal that succeeded whoever leads ends, before anybody else may begin.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until this process leads, or is stopped.
pub(super) async fn lead(
    client: Client,
    settings: &LeaseSettings,
    metrics: &Metrics,
    notices: &Notices,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let api: Api<Lease> = Api::namespaced(client, &settings.namespace);
    let mut seen: Option<(Option<MicroTime>, Instant)> = None;
    let mut told = None;
    metrics.set_leading(false);
    loop {
        if *stop.borrow() {
            return Ok(());
        }
        match attempt(&api, settings, &mut seen).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => {
                // Whoever waits for a person to mend it says so, once for each reason.
                let error = error.to_string();
                if told.as_ref() != Some(&error) {
                    notices.tell(Notice::LeadNotRenewed {
                        error: error.clone(),
                    });
                    told = Some(error);
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Renews the lease. Returns when it is lost, or this process is stopped.
pub(super) async fn keep(
    client: Client,
    settings: LeaseSettings,
    notices: Notices,
    mut stop: watch::Receiver<bool>,
) {
    let api: Api<Lease> = Api::namespaced(client, &settings.namespace);
    let mut renewed = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(RENEWAL) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match tokio::time::timeout(RENEWAL, attempt(&api, &settings, &mut None)).await {
            Ok(Ok(true)) => renewed = Instant::now(),
            Ok(Ok(false)) => return,
            Ok(Err(_)) | Err(_) if renewed.elapsed() > PATIENCE => return,
            Ok(Err(error)) => notices.tell(Notice::LeadNotRenewed {
                error: error.to_string(),
            }),
            Err(_) => notices.tell(Notice::LeadNotRenewed {
                error: "the API server does not answer".to_owned(),
            }),
        }
    }
}

/// Gives the lease back, so that the next one need not wait for its end.
pub(super) async fn release(client: Client, settings: &LeaseSettings) {
    let api: Api<Lease> = Api::namespaced(client, &settings.namespace);
    let Ok(Some(mut lease)) = api.get_opt(&settings.name).await else {
        return;
    };
    let spec = lease.spec.get_or_insert_default();
    if spec.holder_identity.as_ref() == Some(&settings.identity) {
        spec.holder_identity = None;
        spec.lease_duration_seconds = Some(1);
        // Refused if somebody else has it meanwhile.
        let _ = api
            .replace(&settings.name, &PostParams::default(), &lease)
            .await;
    }
}

/// Takes or renews the lease if that may be. A lease of somebody else lapses when it was not renewed for its whole length by
/// the clock of this process: clocks of machines differ.
async fn attempt(
    api: &Api<Lease>,
    settings: &LeaseSettings,
    seen: &mut Option<(Option<MicroTime>, Instant)>,
) -> Result<bool, kube::Error> {
    let now = MicroTime(Timestamp::now());
    let Some(mut lease) = api.get_opt(&settings.name).await? else {
        let lease = Lease {
            metadata: ObjectMeta {
                name: Some(settings.name.clone()),
                namespace: Some(settings.namespace.clone()),
                ..ObjectMeta::default()
            },
            spec: Some(LeaseSpec {
                holder_identity: Some(settings.identity.clone()),
                lease_duration_seconds: Some(DURATION),
                acquire_time: Some(now.clone()),
                renew_time: Some(now),
                ..LeaseSpec::default()
            }),
        };
        return api
            .create(&PostParams::default(), &lease)
            .await
            .map(|_| true)
            .or_else(lost);
    };
    let spec = lease.spec.get_or_insert_default();
    let is_ours = spec.holder_identity.as_ref() == Some(&settings.identity);
    if !is_ours && spec.holder_identity.is_some() {
        let length = spec.lease_duration_seconds.unwrap_or(DURATION);
        let length = Duration::from_secs(u64::try_from(length).unwrap_or_default());
        match seen {
            Some((renewed, since)) if *renewed == spec.renew_time => {
                if since.elapsed() < length {
                    return Ok(false);
                }
            }
            _ => {
                *seen = Some((spec.renew_time.clone(), Instant::now()));
                return Ok(false);
            }
        }
    }
    if !is_ours {
        spec.acquire_time = Some(now.clone());
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default() + 1);
    }
    spec.holder_identity = Some(settings.identity.clone());
    spec.lease_duration_seconds = Some(DURATION);
    spec.renew_time = Some(now);
    // The version in the metadata makes this fail if somebody else was quicker.
    api.replace(&settings.name, &PostParams::default(), &lease)
        .await
        .map(|_| true)
        .or_else(lost)
}

/// Somebody else was quicker.
fn lost(error: kube::Error) -> Result<bool, kube::Error> {
    match &error {
        kube::Error::Api(status) if status.is_conflict() || status.is_already_exists() => Ok(false),
        _ => Err(error),
    }
}
