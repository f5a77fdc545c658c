//! Where the journals of a Job are: as the command line says, else the manifest, else on a claim that is made.

use remold::manifest::{JobSpec, JournalPlace, NewClaim, Reference, StoreSpec};
use remold_kube::workers::Storage;

use crate::arguments::JobArguments;
use crate::report::Report;

/// Finds the place of the journals, and the claim that has to be made for them. `name` is the Job's.
pub(super) fn of(
    arguments: &JobArguments,
    settings: &JobSpec,
    name: &str,
) -> Result<(Storage, Option<NewClaim>), Report> {
    let stated = stated(arguments)?.or_else(|| settings.journal.clone());
    if stated.is_none() && arguments.manifest.is_none() {
        return Err(Report::usage(
            "the journals of the run are not named",
            &[
                "name their claim by --claim, or the object store by --store, as they were for the run",
            ],
        ));
    }
    Ok(match stated {
        Some(JournalPlace::Claim(claim)) => (Storage::Claim(claim.name), None),
        Some(JournalPlace::Store(store)) => (Storage::Store(store), None),
        Some(JournalPlace::NewClaim(claim)) => (made(name), Some(claim)),
        None => (made(name), Some(NewClaim::default())),
    })
}

fn made(name: &str) -> Storage {
    Storage::Claim(format!("{name}-journal"))
}

fn stated(arguments: &JobArguments) -> Result<Option<JournalPlace>, Report> {
    let given = &arguments.journal;
    let reference = |name: &String| Reference { name: name.clone() };
    if let Some(claim) = &given.claim {
        return Ok(Some(JournalPlace::Claim(reference(claim))));
    }
    if let Some(size) = &given.new_claim {
        return Ok(Some(JournalPlace::NewClaim(NewClaim {
            size: Some(size.clone()),
            ..NewClaim::default()
        })));
    }
    let Some(url) = &given.store else {
        return Ok(None);
    };
    let bucket = url
        .strip_prefix("s3://")
        .and_then(|rest| rest.split('/').next());
    if bucket.is_none_or(str::is_empty) {
        let message = format!("--store {url}: it is no place in an object store");
        return Err(Report::usage(&message, &["write s3://BUCKET/PREFIX"]));
    }
    Ok(Some(JournalPlace::Store(StoreSpec {
        url: url.clone(),
        endpoint: given.store_endpoint.clone(),
        region: given.store_region.clone(),
        credentials: given.store_secret.as_ref().map(reference),
    })))
}

/// Returns the options for another Job on the same journals.
pub(super) fn again(journal: Option<&Storage>) -> Vec<(&'static str, String)> {
    match journal {
        None => Vec::new(),
        Some(Storage::Claim(name)) => vec![("--claim", name.clone())],
        Some(Storage::Store(store)) => {
            let credentials = store.credentials.as_ref();
            let options = [
                ("--store", Some(store.url.clone())),
                ("--store-endpoint", store.endpoint.clone()),
                ("--store-region", store.region.clone()),
                ("--store-secret", credentials.map(|one| one.name.clone())),
            ];
            let given = options.into_iter();
            given
                .filter_map(|(name, value)| Some((name, value?)))
                .collect()
        }
    }
}
