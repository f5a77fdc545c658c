//! Writing an object that is larger than memory: in parts of one size, a few of which are under way at a time. Nobody sees
//! anything of it before it is finished.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStoreExt as _};
use tokio::task::JoinHandle;

use super::{Doing, Remote};
use crate::place::PlaceError;

/// Bytes of a part. A store takes up to 10,000 parts, so that an object has 156 GiB at most.
const PART: usize = 16 << 20;
/// Parts that are under way at the same time.
const UNDER_WAY: usize = 3;

/// An object that is being written.
pub(crate) struct Upload {
    remote: Arc<Remote>,
    path: Path,
    gathered: Vec<u8>,
    parts: Option<Box<dyn MultipartUpload>>,
    under_way: VecDeque<JoinHandle<Result<(), Error>>>,
}

impl Upload {
    pub(super) const fn new(remote: Arc<Remote>, path: Path) -> Self {
        Self {
            remote,
            path,
            gathered: Vec::new(),
            parts: None,
            under_way: VecDeque::new(),
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PART - self.gathered.len());
        self.gathered.extend_from_slice(&bytes[..taken]);
        if self.gathered.len() == PART {
            self.send()
                .map_err(|error| self.failed(&error))
                .map_err(io::Error::other)?;
        }
        Ok(taken)
    }

    /// Sends what is gathered as the next part.
    fn send(&mut self) -> Result<(), Error> {
        let runtime = &self.remote.runtime;
        if self.parts.is_none() {
            let begun = runtime.block_on(self.remote.store.put_multipart(&self.path))?;
            self.parts = Some(begun);
        }
        while self.under_way.len() >= UNDER_WAY {
            self.wait_for_one()?;
        }
        if let Some(parts) = &mut self.parts {
            let part = std::mem::take(&mut self.gathered);
            let sent = parts.put_part(part.into());
            self.under_way.push_back(self.remote.runtime.spawn(sent));
        }
        Ok(())
    }

    fn wait_for_one(&mut self) -> Result<(), Error> {
        match self.under_way.pop_front() {
            Some(part) => self.remote.runtime.block_on(part)?,
            None => Ok(()),
        }
    }

    pub(crate) fn finish(mut self) -> Result<(), PlaceError> {
        self.complete().map_err(|error| self.failed(&error))
    }

    fn complete(&mut self) -> Result<(), Error> {
        if self.parts.is_none() {
            let whole = std::mem::take(&mut self.gathered).into();
            let put = self.remote.store.put(&self.path, whole);
            return self.remote.runtime.block_on(put).map(drop);
        }
        if !self.gathered.is_empty() {
            self.send()?;
        }
        while !self.under_way.is_empty() {
            self.wait_for_one()?;
        }
        if let Some(parts) = &mut self.parts {
            self.remote.runtime.block_on(parts.complete())?;
        }
        self.parts = None;
        Ok(())
    }

    fn failed(&self, error: &Error) -> PlaceError {
        self.remote.failed(Doing::Writing, &self.path, error)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(mut parts) = self.parts.take() {
            for part in self.under_way.drain(..) {
                part.abort();
            }
            // What the store keeps of it all the same is what its own rule for unfinished uploads is for.
            drop(self.remote.runtime.block_on(parts.abort()));
        }
    }
}
