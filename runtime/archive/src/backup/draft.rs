//! A backup that is being made: its data is written and read back, then its manifest is.

use std::io::{self, Write};

use super::error::BackupError;
use super::inspect::{self, Inspected};
use super::manifest::{BackupManifest, ServerFacts};
use super::{Damage, MANIFEST};
use crate::objects::{Objects, Upload};

/// A backup that is being made. What is written to it is its data. Dropped before it is finished it is taken away again.
pub struct Draft<'a> {
    objects: &'a Objects,
    name: String,
    data: String,
    upload: Option<Upload>,
    written: u64,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// It is the backup of that name now.
    Made(BackupManifest),
    /// Another attempt was faster: this is its backup.
    Found(BackupManifest),
}

/// What is said of a backup in its manifest, beside what is found in its data.
#[derive(Debug, Clone)]
pub struct About {
    /// The server.
    pub server: ServerFacts,
    /// When the data were asked for, Unix milliseconds: said where the data do not say it.
    pub taken_at: u64,
    /// The run that it is made for.
    pub run: Option<String>,
    /// The migration that it is made for.
    pub migration: Option<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn begin(
        objects: &'a Objects,
        name: &str,
        data: String,
    ) -> Result<Self, BackupError> {
        Ok(Self {
            objects,
            name: name.to_owned(),
            upload: Some(objects.upload(name, &data)?),
            data,
            written: 0,
        })
    }

    /// Returns how many bytes were written.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Makes the data durable, reads it back and decodes all of it, and writes the manifest. `progress` is told how many
    /// bytes were read back.
    ///
    /// # Errors
    /// The place fails, or gives back something else than was written: then there is no backup.
    pub fn finish(
        mut self,
        about: About,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Finished, BackupError> {
        if let Some(upload) = self.upload.take() {
            upload.finish()?;
        }
        let finished = self.prove(about, progress);
        if !matches!(finished, Ok(Finished::Made(_))) {
            // It is no part of any backup. What stays of it all the same is pruned.
            drop(self.objects.remove(&self.name, &self.data));
        }
        finished
    }

    fn prove(&self, about: About, progress: &mut dyn FnMut(u64)) -> Result<Finished, BackupError> {
        let damaged = |damage| BackupError::Damaged {
            name: self.name.clone(),
            damage,
        };
        let stored = self.objects.reader(&self.name, &self.data)?;
        let stored = stored.ok_or_else(|| damaged(Damage::Missing))?;
        let found = inspect::inspect(stored, progress);
        let found: Inspected = found.map_err(|problem| problem.of(&self.name))?;
        if found.bytes != self.written {
            return Err(damaged(Damage::Size {
                found: found.bytes,
                stated: self.written,
            }));
        }
        let manifest = BackupManifest {
            format: BackupManifest::FORMAT,
            name: self.name.clone(),
            provider: "rdb".to_owned(),
            state: "complete".to_owned(),
            taken_at: found.made_at.unwrap_or(about.taken_at),
            server: about.server,
            data: self.data.clone(),
            bytes: found.bytes,
            sha256: found.sha256,
            contents: found.contents,
            run: about.run,
            migration: about.migration,
            remold: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut text = serde_json::to_vec_pretty(&manifest)
            .expect("a manifest holds nothing that JSON has no form for");
        text.push(b'\n');
        if self.objects.create(&self.name, MANIFEST, &text)? {
            return Ok(Finished::Made(manifest));
        }
        let text = self.objects.read(&self.name, MANIFEST)?.unwrap_or_default();
        BackupManifest::read(&self.name, &text).map(Finished::Found)
    }
}

impl Write for Draft<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(upload) = &mut self.upload else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let count = upload.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
