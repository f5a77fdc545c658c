//! The whole batch at once. What cannot be done for a record fails that record alone.

use remold_host_api::{Bytes, Capability, HostError, Record, edit};

use super::{copied, shown, text};
use crate::bindings::columns::Host;
use crate::bindings::types;
use crate::fault::Fault;
use crate::session::{ITEM, Session};
use crate::values::{from_guest, kind_to_guest, to_guest, weight_of};

impl Session {
    /// Reads something of every record.
    fn read_column<T>(
        &mut self,
        weigh: impl Fn(&T) -> usize,
        read: impl Fn(&Record) -> Result<Option<T>, HostError>,
    ) -> wasmtime::Result<Vec<Option<T>>> {
        self.check_column(self.batch.len())?;
        let mut column = Vec::with_capacity(self.batch.len());
        let mut weight = 0;
        for place in 0..self.batch.len() {
            let found = match read(&self.batch[place].record) {
                Ok(found) => found,
                Err(error) => {
                    self.fail_record(place, &error);
                    None
                }
            };
            weight += ITEM + found.as_ref().map_or(0, &weigh);
            column.push(found);
        }
        self.charge(weight)?;
        Ok(column)
    }

    /// Edits every record that the column has something for.
    fn write_column<T>(
        &mut self,
        values: Vec<Option<T>>,
        weigh: impl Fn(&T) -> usize,
        write: impl Fn(&mut Record, T) -> Result<(), HostError>,
    ) -> wasmtime::Result<()> {
        self.check_column(values.len())?;
        for (place, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let number = u32::try_from(place).unwrap_or(u32::MAX);
            match self.edit(number, weigh(&value)) {
                Ok(record) => {
                    if let Err(error) = write(record, value) {
                        self.fail_record(place, &error);
                    }
                }
                Err(Fault::Refused(error)) => self.fail_record(place, &error),
                Err(Fault::Ended(error)) => return Err(error),
            }
        }
        // It was a column that was touched last, not a record.
        self.last = None;
        Ok(())
    }

    /// Edits every record in the same way.
    fn edit_column(
        &mut self,
        bytes: usize,
        write: impl Fn(&mut Record) -> Result<(), HostError>,
    ) -> wasmtime::Result<()> {
        let every = vec![Some(()); self.batch.len()];
        self.write_column(every, |()| bytes, |record, ()| write(record))
    }
}

/// Unwraps a column that has something for every record.
fn whole<T>(column: Vec<Option<T>>) -> Vec<T> {
    column.into_iter().flatten().collect()
}

impl Host for Session {
    fn keys(&mut self) -> wasmtime::Result<Vec<Vec<u8>>> {
        let keys = self.read_column(Vec::len, |record| Ok(Some(copied(record.key()))));
        keys.map(whole)
    }

    fn keys_text(&mut self) -> wasmtime::Result<Vec<Option<String>>> {
        self.read_column(String::len, |record| {
            text(record.key(), || "the key".to_owned()).map(Some)
        })
    }

    fn kinds(&mut self) -> wasmtime::Result<Vec<types::ValueKind>> {
        let kinds = self.read_column(
            |_| 1,
            |record| Ok(Some(kind_to_guest(record.value().kind()))),
        );
        kinds.map(whole)
    }

    fn expiries(&mut self) -> wasmtime::Result<Vec<Option<u64>>> {
        self.read_column(|_| 8, |record| Ok(record.expires_at()))
    }

    fn set_expiries(&mut self, at: Vec<Option<u64>>) -> wasmtime::Result<()> {
        let every = at.into_iter().map(Some).collect();
        self.write_column(
            every,
            |_| 0,
            |record, at| {
                record.set_expires_at(edit::expiry(at)?);
                Ok(())
            },
        )
    }

    fn texts(&mut self) -> wasmtime::Result<Vec<Option<Vec<u8>>>> {
        self.read_column(Vec::len, |record| Ok(Some(copied(edit::text::of(record)?))))
    }

    fn texts_text(&mut self) -> wasmtime::Result<Vec<Option<String>>> {
        self.read_column(String::len, |record| {
            text(edit::text::of(record)?, || "the value".to_owned()).map(Some)
        })
    }

    fn set_texts(&mut self, values: Vec<Option<Vec<u8>>>) -> wasmtime::Result<()> {
        self.write_column(values, Vec::len, |record, value| {
            edit::text::set(record, Bytes::from(value))
        })
    }

    fn set_texts_text(&mut self, values: Vec<Option<String>>) -> wasmtime::Result<()> {
        self.write_column(values, String::len, |record, value| {
            edit::text::set(record, Bytes::from(value))
        })
    }

    fn fields(&mut self, name: Vec<u8>) -> wasmtime::Result<Vec<Option<Vec<u8>>>> {
        self.read_column(Vec::len, |record| {
            let field = edit::hash::of(record)?.get(&name);
            Ok(field.map(|field| copied(&field.value)))
        })
    }

    fn fields_text(&mut self, name: String) -> wasmtime::Result<Vec<Option<String>>> {
        self.read_column(String::len, |record| {
            let field = edit::hash::of(record)?.get(name.as_bytes());
            let what = || format!("the field {}", shown(name.as_bytes()));
            field.map(|field| text(&field.value, what)).transpose()
        })
    }

    fn set_fields(&mut self, name: Vec<u8>, values: Vec<Option<Vec<u8>>>) -> wasmtime::Result<()> {
        let name = Bytes::from(name);
        let weigh = |value: &Vec<u8>| name.len() + value.len();
        self.write_column(values, weigh, |record, value| {
            edit::hash::set(record, &name, || name.clone(), Bytes::from(value))
        })
    }

    fn set_fields_text(
        &mut self,
        name: String,
        values: Vec<Option<String>>,
    ) -> wasmtime::Result<()> {
        let name = Bytes::from(name);
        let weigh = |value: &String| name.len() + value.len();
        self.write_column(values, weigh, |record, value| {
            edit::hash::set(record, &name, || name.clone(), Bytes::from(value))
        })
    }

    fn rename_fields(&mut self, from: Vec<u8>, to: Vec<u8>) -> wasmtime::Result<()> {
        self.edit_column(to.len(), |record| edit::hash::rename(record, &from, &to))
    }

    fn rename_fields_text(&mut self, from: String, to: String) -> wasmtime::Result<()> {
        self.rename_fields(from.into_bytes(), to.into_bytes())
    }

    fn remove_fields(&mut self, name: Vec<u8>) -> wasmtime::Result<()> {
        self.edit_column(0, |record| edit::hash::remove(record, &name))
    }

    fn remove_fields_text(&mut self, name: String) -> wasmtime::Result<()> {
        self.remove_fields(name.into_bytes())
    }

    fn values(&mut self) -> wasmtime::Result<Vec<types::Value>> {
        let values = self.read_column(weight_of, |record| Ok(Some(to_guest(record.value()))));
        values.map(whole)
    }

    fn set_values(&mut self, values: Vec<Option<types::Value>>) -> wasmtime::Result<()> {
        self.write_column(values, weight_of, |record, value| {
            let value = from_guest(value, Some(record.value()))?;
            edit::set_value(record, value);
            Ok(())
        })
    }

    fn rename(&mut self, keys: Vec<Option<Vec<u8>>>) -> wasmtime::Result<()> {
        for (place, key) in keys.iter().enumerate().take(self.batch.len()) {
            let checked = key.as_deref().map_or(Ok(()), |key| {
                self.capabilities.check(Capability::Write, key)
            });
            if let Err(error) = checked {
                self.fail_record(place, &error);
            }
        }
        self.write_column(
            keys,
            |key| key.len() + ITEM,
            |record, key| {
                record.rename(Bytes::from(key));
                Ok(())
            },
        )
    }

    fn rename_text(&mut self, keys: Vec<Option<String>>) -> wasmtime::Result<()> {
        let keys = keys.into_iter().map(|key| key.map(String::into_bytes));
        Host::rename(self, keys.collect())
    }

    fn delete(&mut self, which: Vec<bool>) -> wasmtime::Result<()> {
        let which = which.into_iter().map(|delete| delete.then_some(()));
        self.write_column(
            which.collect(),
            |()| 0,
            |record, ()| {
                record.delete();
                Ok(())
            },
        )
    }
}
