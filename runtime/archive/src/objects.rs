//! Named pieces of bytes in a place: written once, read in order, listed, removed. Not what they mean.
//!
//! What is promised of both kinds of place: [`Objects::create`] makes an object whole or not at all, and for one of several
//! who try; an [`Upload`] that is not finished leaves nothing that could be taken for a whole object by whoever created a
//! second object only after it.

mod bucket;
mod folder;
mod tls;

use std::io::{self, Read, Write};

use self::bucket::Bucket;
use self::folder::Folder;
use crate::place::{ObjectAccess, Place, PlaceError};

/// The objects of a place.
#[derive(Debug)]
pub(crate) enum Objects {
    /// Files of a folder.
    Folder(Folder),
    /// Objects of a bucket.
    Bucket(Bucket),
}

/// An object, or a group of them, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The name within its group.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) bytes: u64,
    /// When it was written, Unix milliseconds.
    pub(crate) modified_ms: u64,
}

/// An object that is being written; dropped before [`Upload::finish`] it is taken away again.
pub(crate) enum Upload {
    Folder(folder::Upload),
    Bucket(Box<bucket::Upload>),
}

impl Objects {
    /// Opens a place. Nothing is contacted or created yet.
    pub(crate) fn open(place: &Place, access: &ObjectAccess) -> Result<Self, PlaceError> {
        Ok(match place {
            Place::Folder(path) => Self::Folder(Folder::new(path.clone())),
            Place::Bucket { bucket, prefix } => {
                Self::Bucket(Bucket::open(place, bucket, prefix, access)?)
            }
        })
    }

    /// Lists the groups: what stands before the first slash of the objects' names.
    pub(crate) fn groups(&self) -> Result<Vec<String>, PlaceError> {
        match self {
            Self::Folder(folder) => folder.groups(),
            Self::Bucket(bucket) => bucket.groups(),
        }
    }

    /// Lists the objects of a group; none if there is no such group.
    pub(crate) fn list(&self, group: &str) -> Result<Vec<Listed>, PlaceError> {
        match self {
            Self::Folder(folder) => folder.list(group),
            Self::Bucket(bucket) => bucket.list(group),
        }
    }

    /// Reads a small object; nothing if there is none.
    pub(crate) fn read(&self, group: &str, name: &str) -> Result<Option<Vec<u8>>, PlaceError> {
        match self {
            Self::Folder(folder) => folder.read(group, name),
            Self::Bucket(bucket) => bucket.read(group, name),
        }
    }

    /// Opens an object to be read from its beginning; nothing if there is none.
    pub(crate) fn reader(
        &self,
        group: &str,
        name: &str,
    ) -> Result<Option<Box<dyn Read + Send>>, PlaceError> {
        match self {
            Self::Folder(folder) => folder.reader(group, name),
            Self::Bucket(bucket) => bucket.reader(group, name),
        }
    }

    /// Makes an object of bytes, unless there is one of that name; says whether it was made.
    pub(crate) fn create(&self, group: &str, name: &str, bytes: &[u8]) -> Result<bool, PlaceError> {
        match self {
            Self::Folder(folder) => folder.create(group, name, bytes),
            Self::Bucket(bucket) => bucket.create(group, name, bytes),
        }
    }

    /// Begins an object of which nobody else knows the name.
    pub(crate) fn upload(&self, group: &str, name: &str) -> Result<Upload, PlaceError> {
        Ok(match self {
            Self::Folder(folder) => Upload::Folder(folder.upload(group, name)?),
            Self::Bucket(bucket) => Upload::Bucket(Box::new(bucket.upload(group, name))),
        })
    }

    /// Removes an object; it is no error if there is none.
    pub(crate) fn remove(&self, group: &str, name: &str) -> Result<(), PlaceError> {
        match self {
            Self::Folder(folder) => folder.remove(group, name),
            Self::Bucket(bucket) => bucket.remove(group, name),
        }
    }
}

impl Upload {
    /// Makes the object whole and durable.
    pub(crate) fn finish(self) -> Result<(), PlaceError> {
        match self {
            Self::Folder(upload) => upload.finish(),
            Self::Bucket(upload) => upload.finish(),
        }
    }
}

/// Failures of the place are carried through as [`io::Error`]s around a [`PlaceError`].
impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Folder(upload) => upload.write(bytes),
            Self::Bucket(upload) => upload.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
