//! Writing what a file has become: a new file with the overlay's changes.

use std::io::Write;

use remold_host_api::Bytes;
use remold_rdb::{FileEntry, FileError, Item, Writer};

use super::{Inner, Snapshot};
use crate::overlay::{Layer, Overlay};
use crate::port::{Eviction, Image, StoreError};

impl Snapshot {
    /// Writes the file anew with the changes of an overlay that lies over this snapshot, and returns how many
    /// keys the database then has.
    pub fn write_changed(&self, overlay: &Overlay, out: impl Write) -> Result<u64, StoreError> {
        let inner = &self.inner;
        overlay.settle_history()?;
        let (keys, expires) = inner.changed_size(overlay)?;
        let mut writer = Writer::new(out, inner.header);
        writer.correct_size(inner.db, keys, expires);
        let failed = |error: FileError| inner.unreadable(&error);
        let mut with_checksum = true;
        for item in inner.reader()? {
            match item.map_err(failed)? {
                Item::Entry(entry) if entry.db() == inner.db => match overlay.meet(entry.key())? {
                    Layer::Below => writer.entry(&entry).map_err(failed)?,
                    Layer::Holds(image) => {
                        inner.write(&mut writer, entry.key().clone(), &image)?;
                    }
                    Layer::Deleted => {}
                },
                Item::End { checksum } => with_checksum = checksum != Some(0),
                item => writer.item(&item).map_err(failed)?,
            }
        }
        overlay.for_each_unmet(|key, image| match image {
            Some(image) => inner.write(&mut writer, key, &image),
            None => Ok(()),
        })?;
        writer.finish(with_checksum).map_err(failed)?;
        Ok(keys)
    }
}

impl Inner {
    fn write<W: Write>(
        &self,
        writer: &mut Writer<W>,
        key: Bytes,
        image: &Image,
    ) -> Result<(), StoreError> {
        let failed = |error: FileError| self.unreadable(&error);
        let mut entry = FileEntry::from_payload(self.db, key, &image.payload, self.header.version)
            .map_err(failed)?;
        entry.set_expires_at(image.expires_at);
        match image.eviction {
            Some(Eviction::Idle(seconds)) => entry.set_idle(Some(seconds)),
            Some(Eviction::Frequency(counter)) => entry.set_frequency(Some(counter)),
            None => {}
        }
        writer.entry(&entry).map_err(failed)
    }

    /// Counts the keys that the database has with the changes, and those of them that expire.
    fn changed_size(&self, overlay: &Overlay) -> Result<(u64, u64), StoreError> {
        let (mut keys, mut expires) = overlay.size();
        for item in self.reader()? {
            if let Item::Entry(entry) = item.map_err(|error| self.unreadable(&error))?
                && entry.db() == self.db
                && !overlay.is_changed(entry.key())
            {
                keys += 1;
                expires += u64::from(entry.expires_at().is_some());
            }
        }
        Ok((keys, expires))
    }
}
