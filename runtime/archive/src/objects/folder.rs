//! Objects as files: a folder for each group.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Listed;
use crate::place::PlaceError;
use crate::tail::sync_directory;

/// How much is gathered before it is written.
const GATHERED: usize = 1 << 20;

/// A folder of groups.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

/// A file that is being written.
pub(crate) struct Upload {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Folder {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn groups(&self) -> Result<Vec<String>, PlaceError> {
        let names = entries(&self.root)?.into_iter();
        let folders = names.filter(|entry| entry.path().is_dir());
        Ok(folders
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect())
    }

    pub(super) fn list(&self, group: &str) -> Result<Vec<Listed>, PlaceError> {
        let mut listed = Vec::new();
        for entry in entries(&self.root.join(group))? {
            // A file that is removed meanwhile is none.
            let (Ok(metadata), Ok(name)) = (entry.metadata(), entry.file_name().into_string())
            else {
                continue;
            };
            if metadata.is_file() {
                let modified = metadata.modified().ok();
                let since = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                listed.push(Listed {
                    name,
                    bytes: metadata.len(),
                    modified_ms: since.map_or(0, |since| {
                        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
                    }),
                });
            }
        }
        Ok(listed)
    }

    pub(super) fn read(&self, group: &str, name: &str) -> Result<Option<Vec<u8>>, PlaceError> {
        let path = self.root.join(group).join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(not_readable(&path, &error)),
        }
    }

    pub(super) fn reader(
        &self,
        group: &str,
        name: &str,
    ) -> Result<Option<Box<dyn Read + Send>>, PlaceError> {
        let path = self.root.join(group).join(name);
        match File::open(&path) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(not_readable(&path, &error)),
        }
    }

    pub(super) fn create(&self, group: &str, name: &str, bytes: &[u8]) -> Result<bool, PlaceError> {
        let folder = self.root.join(group);
        let path = folder.join(name);
        let written = fs::create_dir_all(&folder).and_then(|()| {
            let mut scratch = tempfile::NamedTempFile::new_in(&folder)?;
            scratch.write_all(bytes)?;
            scratch.as_file().sync_all()?;
            match scratch.persist_noclobber(&path) {
                Ok(_) => {}
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(false),
                Err(error) => return Err(error.error),
            }
            sync_directory(&folder)?;
            Ok(true)
        });
        written.map_err(|error| not_writable(&path, &error))
    }

    pub(super) fn upload(&self, group: &str, name: &str) -> Result<Upload, PlaceError> {
        let folder = self.root.join(group);
        let path = folder.join(name);
        let file = fs::create_dir_all(&folder).and_then(|()| File::create_new(&path));
        let file = file.map_err(|error| not_writable(&path, &error))?;
        Ok(Upload {
            path,
            file: Some(BufWriter::with_capacity(GATHERED, file)),
        })
    }

    pub(super) fn remove(&self, group: &str, name: &str) -> Result<(), PlaceError> {
        let folder = self.root.join(group);
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if !is_absent(&error) => return Err(not_writable(&path, &error)),
            _ => {}
        }
        // A group without objects is none. It is left where there is another object.
        let _ = fs::remove_dir(&folder);
        Ok(())
    }
}

impl Upload {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let path = &self.path;
        let Some(file) = &mut self.file else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        let written = file.write(bytes);
        written.map_err(|error| io::Error::new(error.kind(), not_writable(path, &error)))
    }

    pub(super) fn finish(mut self) -> Result<(), PlaceError> {
        let file = self.file.take();
        let synced = file.map_or(Ok(()), |file| {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            let folder = self.path.parent().unwrap_or(&self.path);
            sync_directory(folder)?;
            folder.parent().map_or(Ok(()), sync_directory)
        });
        synced.map_err(|error| {
            let failed = not_writable(&self.path, &error);
            discard(&self.path);
            failed
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // What is gathered would only be written to be taken away.
            drop(file.into_parts());
            discard(&self.path);
        }
    }
}

/// Takes a file away that was never whole, and its folder if it is empty then. What stays is no backup all the same.
fn discard(path: &Path) {
    let _ = fs::remove_file(path);
    if let Some(folder) = path.parent() {
        let _ = fs::remove_dir(folder);
    }
}

fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, PlaceError> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            let entries: io::Result<Vec<_>> = entries.collect();
            entries.map_err(|error| not_readable(folder, &error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(not_readable(folder, &error)),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn not_readable(path: &Path, error: &io::Error) -> PlaceError {
    let (place, message) = (path.display().to_string(), error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied => PlaceError::Denied { place, message },
        _ => PlaceError::NotReadable { place, message },
    }
}

fn not_writable(path: &Path, error: &io::Error) -> PlaceError {
    let (place, message) = (path.display().to_string(), error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied => PlaceError::Denied { place, message },
        _ => PlaceError::NotWritable { place, message },
    }
}
