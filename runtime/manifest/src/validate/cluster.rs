//! What makes no sense in the fields that are for the controller of a cluster.

use crate::error::Problem;
use crate::spec::Spec;
use crate::spec::backup::RdbPlace;
use crate::spec::cluster::{JournalPlace, StoreSpec};
use crate::yaml::Path;

/// Finds everything that makes no sense in those fields.
pub(super) fn problems(spec: &Spec) -> Vec<(Path, Problem)> {
    let mut problems = Vec::new();
    if let Some(digest) = &spec.approved_plan
        && !is_digest(digest)
    {
        let problem = Problem::Form {
            expected: "the digest of a plan, 64 hexadecimal digits in lower case",
            found: digest.clone(),
        };
        problems.push((Path::of(&["spec", "approvedPlan"]), problem));
    }
    let journal = spec.job.as_ref().and_then(|job| job.journal.as_ref());
    if let Some(JournalPlace::Store(store)) = journal {
        let path = Path::of(&["spec", "job", "journal", "store", "url"]);
        problems.extend(address(store).map(|problem| (path, problem)));
    }
    let backup = spec.backup.rdb.as_ref().map(|rdb| &rdb.store);
    if let Some(RdbPlace::Object(store)) = backup {
        let path = Path::of(&["spec", "backup", "rdb", "store", "object", "url"]);
        problems.extend(address(store).map(|problem| (path, problem)));
    }
    problems
}

fn is_digest(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 64 && text.bytes().all(digit)
}

fn address(store: &StoreSpec) -> Option<Problem> {
    let bucket = store
        .url
        .strip_prefix("s3://")
        .and_then(|rest| rest.split('/').next());
    let is_place = bucket.is_some_and(|bucket| !bucket.is_empty());
    (!is_place).then(|| Problem::Form {
        expected: "a place in an object store such as `s3://BUCKET/PREFIX`",
        found: store.url.clone(),
    })
}
