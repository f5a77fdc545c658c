//! Objects of a bucket, by blocking calls: the package that speaks with the store is async, and has a small runtime here for
//! itself. Not to be called from a task of another runtime.

mod upload;

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig,
};
use tokio::runtime::Runtime;

use super::Listed;
use super::tls::Connector;
use crate::place::{ObjectAccess, Place, PlaceError};
pub(crate) use upload::Upload;

/// How often an object is put anew that was not put.
const PUTS: u32 = 4;

/// How much is read at once.
const READ: u64 = 8 << 20;

/// A bucket, or the part of it under a prefix.
#[derive(Debug)]
pub(crate) struct Bucket {
    remote: Arc<Remote>,
    prefix: String,
}

/// The store and the runtime that it is spoken with on.
#[derive(Debug)]
struct Remote {
    store: AmazonS3,
    runtime: Runtime,
    shown: String,
}

impl Bucket {
    /// Reads the settings; nothing is contacted.
    pub(super) fn open(
        place: &Place,
        bucket: &str,
        prefix: &str,
        access: &ObjectAccess,
    ) -> Result<Self, PlaceError> {
        let settings = |message: String| PlaceError::Settings {
            place: place.to_string(),
            message,
        };
        let connector =
            Connector::new(access.authority()).map_err(|error| settings(error.to_string()))?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_http_connector(connector)
            .with_retry(retries());
        for (name, value) in access.settings() {
            // What is meant for other programs is none of ours.
            if let Ok(key) = name.to_ascii_lowercase().parse() {
                builder = builder.with_config(key, value);
            }
        }
        let store = builder
            .build()
            .map_err(|error| settings(error.to_string()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("object-store")
            .enable_all()
            .build()
            .map_err(|error| settings(error.to_string()))?;
        Ok(Self {
            remote: Arc::new(Remote {
                store,
                runtime,
                shown: place.to_string(),
            }),
            prefix: prefix.to_owned(),
        })
    }

    pub(super) fn groups(&self) -> Result<Vec<String>, PlaceError> {
        let root = Path::from(self.prefix.as_str());
        let listed = self.remote.list(&root)?;
        let groups = listed.common_prefixes.iter();
        Ok(groups
            .filter_map(|group| group.filename().map(str::to_owned))
            .collect())
    }

    pub(super) fn list(&self, group: &str) -> Result<Vec<Listed>, PlaceError> {
        let listed = self.remote.list(&self.path(group, None))?;
        let objects = listed.objects.into_iter().filter_map(|object| {
            Some(Listed {
                name: object.location.filename()?.to_owned(),
                bytes: object.size,
                modified_ms: u64::try_from(object.last_modified.timestamp_millis()).unwrap_or(0),
            })
        });
        Ok(objects.collect())
    }

    pub(super) fn read(&self, group: &str, name: &str) -> Result<Option<Vec<u8>>, PlaceError> {
        let path = self.path(group, Some(name));
        let remote = &self.remote;
        let got = remote
            .runtime
            .block_on(async { remote.store.get(&path).await?.bytes().await });
        match got {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(Error::NotFound { source, .. }) if !is_bucket_missing(source.as_ref()) => Ok(None),
            Err(error) => Err(remote.failed(Doing::Reading, &path, &error)),
        }
    }

    pub(super) fn reader(
        &self,
        group: &str,
        name: &str,
    ) -> Result<Option<Box<dyn Read + Send>>, PlaceError> {
        let path = self.path(group, Some(name));
        let remote = Arc::clone(&self.remote);
        match remote.runtime.block_on(remote.store.head(&path)) {
            Ok(found) => Ok(Some(Box::new(Reader {
                remote,
                path,
                bytes: found.size,
                at: 0,
                read: Bytes::new(),
            }))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(remote.failed(Doing::Reading, &path, &error)),
        }
    }

    /// The answer to a put may be lost: an object that is there is ours if it has our bytes. If none is there it was not
    /// put, and is put again; the condition holds every time.
    pub(super) fn create(&self, group: &str, name: &str, bytes: &[u8]) -> Result<bool, PlaceError> {
        let path = self.path(group, Some(name));
        let mut attempts = 1..=PUTS;
        loop {
            let options = PutOptions::from(PutMode::Create);
            let payload = Bytes::copy_from_slice(bytes).into();
            let put = self.remote.store.put_opts(&path, payload, options);
            let Err(error) = self.remote.runtime.block_on(put) else {
                return Ok(true);
            };
            let failed = self.remote.failed(Doing::Writing, &path, &error);
            if let PlaceError::Denied { .. } | PlaceError::NoBucket { .. } = failed {
                return Err(failed);
            }
            // This asks several times, and so waits for a store that comes back.
            match self.read(group, name) {
                Ok(Some(found)) => return Ok(found == bytes),
                Ok(None) if attempts.next().is_some() => {}
                Ok(None) | Err(_) => return Err(failed),
            }
        }
    }

    pub(super) fn upload(&self, group: &str, name: &str) -> Upload {
        Upload::new(Arc::clone(&self.remote), self.path(group, Some(name)))
    }

    pub(super) fn remove(&self, group: &str, name: &str) -> Result<(), PlaceError> {
        let path = self.path(group, Some(name));
        let remote = &self.remote;
        match remote.runtime.block_on(remote.store.delete(&path)) {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(remote.failed(Doing::Writing, &path, &error)),
        }
    }

    fn path(&self, group: &str, name: Option<&str>) -> Path {
        let parts = [self.prefix.as_str(), group, name.unwrap_or_default()];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        Path::from(parts.collect::<Vec<_>>().join("/"))
    }
}

/// How often a request is tried: for two to eight seconds altogether, by the chance in the waits.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(4),
            base: 2.0,
        },
        max_retries: 8,
        retry_timeout: Duration::from_mins(1),
    }
}

/// What a request that lists is refused with; the package sorts it of the others alone.
const REFUSALS: [&str; 2] = ["status code: 401", "status code: 403"];

/// What was being done when something failed.
#[derive(Debug, Clone, Copy)]
enum Doing {
    Reading,
    Writing,
}

impl Remote {
    fn list(&self, under: &Path) -> Result<object_store::ListResult, PlaceError> {
        let listed = self
            .runtime
            .block_on(self.store.list_with_delimiter(Some(under)));
        listed.map_err(|error| self.failed(Doing::Reading, under, &error))
    }

    /// Sorts what the store says by what a person has to do about it.
    fn failed(&self, doing: Doing, path: &Path, error: &Error) -> PlaceError {
        let message = error.to_string();
        if message.contains("NoSuchBucket") {
            let place = self.shown.clone();
            return PlaceError::NoBucket { place };
        }
        let place = match path.filename() {
            Some(name) => format!("{} ({name})", self.shown),
            None => self.shown.clone(),
        };
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                PlaceError::Denied { place, message }
            }
            Error::Generic { .. } if never_answered(error) => {
                PlaceError::Unreachable { place, message }
            }
            _ if REFUSALS.iter().any(|status| message.contains(status)) => {
                PlaceError::Denied { place, message }
            }
            _ => match doing {
                Doing::Reading => PlaceError::NotReadable { place, message },
                Doing::Writing => PlaceError::NotWritable { place, message },
            },
        }
    }
}

fn is_bucket_missing(source: &dyn std::error::Error) -> bool {
    source.to_string().contains("NoSuchBucket")
}

/// Says whether a request failed without an answer.
fn never_answered(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<object_store::client::HttpError>() {
            return true;
        }
        source = inner.source();
    }
    false
}

/// Reads an object part by part.
struct Reader {
    remote: Arc<Remote>,
    path: Path,
    bytes: u64,
    at: u64,
    read: Bytes,
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read.is_empty() {
            let end = self.bytes.min(self.at + READ);
            if self.at == end {
                return Ok(0);
            }
            let range = self.at..end;
            let remote = &self.remote;
            let got = remote
                .runtime
                .block_on(remote.store.get_range(&self.path, range));
            let got = got.map_err(|error| {
                io::Error::other(remote.failed(Doing::Reading, &self.path, &error))
            })?;
            self.at += got.len() as u64;
            self.read = got;
        }
        let taken = self.read.split_to(into.len().min(self.read.len()));
        into[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}
