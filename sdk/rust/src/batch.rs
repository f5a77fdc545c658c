//! The whole batch at once: the fast way.

use crate::host::{List, columns, records};
use crate::record::Record;
use crate::stop::{Result, Stop};
use crate::value::{Kind, Value};

/// The records that a transform was called for, together.
///
/// Its functions read and edit one thing of all records in one call: a column, which has a place for each record in their
/// order. That is faster than a record at a time, where a transform looks at few fields of many small records. What cannot
/// be done for a record fails that record alone, whatever else the transform says of it: a value of another kind, bytes
/// that are no text, a key that no capability grants.
///
/// A column that is written must be as long as the batch, else the function panics.
///
/// ```
/// use remold_transform::{Batch, export};
///
/// export!(migrate);
///
/// fn migrate(batch: &Batch) {
///     let emails = batch.fields_text("email");
///     let lower: Vec<Option<String>> = emails
///         .iter()
///         .map(|email| Some(email.as_ref()?.to_lowercase()))
///         .collect();
///     batch.set_fields("email", &lower);
/// }
/// ```
#[derive(Debug)]
pub struct Batch {
    first: u32,
    count: u32,
}

impl Batch {
    pub(crate) const fn of(first: u32, count: u32) -> Self {
        Self { first, count }
    }

    /// Returns the number of records.
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Says whether there is no record.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns a record by its place. Panics if there is none.
    #[track_caller]
    pub fn record(&self, place: usize) -> Record {
        Record::of(self.number(place))
    }

    /// Walks the records.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Record> + use<> {
        let first = self.first;
        (0..self.count).map(move |place| Record::of(first + place))
    }

    /// Calls a function for each record and tells the host how it ended, as the form of a transform for one record does.
    pub fn each(&self, transform: impl Fn(&Record) -> Result) {
        for record in self.records() {
            if let Err(stop) = transform(&record) {
                stop.tell(record.number());
            }
        }
    }

    /// Says that a record is none of this transform's business; its edits are dropped.
    #[track_caller]
    pub fn skip(&self, place: usize, reason: impl AsRef<str>) {
        records::skip(self.number(place), reason.as_ref());
    }

    /// Says that a record should have been transformed and cannot be; it goes to the quarantine. The code is a short word
    /// for counting.
    #[track_caller]
    pub fn reject(&self, place: usize, code: impl AsRef<str>, message: impl AsRef<str>) {
        records::reject(self.number(place), code.as_ref(), message.as_ref());
    }

    /// Says how the transform of a record ended, for errors that came up while one record was looked at.
    #[track_caller]
    pub fn stop(&self, place: usize, stop: &Stop) {
        stop.tell(self.number(place));
    }

    /// Returns the keys.
    pub fn keys(&self) -> Vec<Vec<u8>> {
        columns::keys()
    }

    /// Returns the keys as texts; `None` where a key is not UTF-8, which fails that record.
    pub fn keys_text(&self) -> Vec<Option<String>> {
        columns::keys_text()
    }

    /// Returns the kinds of the values.
    pub fn kinds(&self) -> Vec<Kind> {
        columns::kinds()
    }

    /// Returns when the keys expire, Unix milliseconds; `None` where one does not.
    pub fn expiries(&self) -> Vec<Option<u64>> {
        columns::expiries()
    }

    /// Sets when the keys expire, Unix milliseconds; `None` makes one persistent.
    #[track_caller]
    pub fn set_expiries(&self, at: &[Option<u64>]) {
        self.check(at);
        columns::set_expiries(List::of(at.iter().copied()));
    }

    /// Returns the values of text records; `None` where the value is of another kind, which fails that record.
    pub fn texts(&self) -> Vec<Option<Vec<u8>>> {
        columns::texts()
    }

    /// Returns the values of text records as texts; `None` where there is none, which fails that record.
    pub fn texts_text(&self) -> Vec<Option<String>> {
        columns::texts_text()
    }

    /// Sets the values of text records; `None` leaves a record alone.
    #[track_caller]
    pub fn set_texts<T: AsRef<[u8]>>(&self, values: &[Option<T>]) {
        columns::set_texts(self.bytes(values));
    }

    /// Returns a field of every hash; `None` where there is no such field.
    pub fn fields(&self, name: impl AsRef<[u8]>) -> Vec<Option<Vec<u8>>> {
        columns::fields(name.as_ref())
    }

    /// Returns a field of every hash as text; `None` where there is no such field.
    pub fn fields_text(&self, name: impl AsRef<str>) -> Vec<Option<String>> {
        columns::fields_text(name.as_ref())
    }

    /// Sets a field of every hash; `None` leaves a record's field alone.
    #[track_caller]
    pub fn set_fields<T: AsRef<[u8]>>(&self, name: impl AsRef<[u8]>, values: &[Option<T>]) {
        columns::set_fields(name.as_ref(), self.bytes(values));
    }

    /// Renames a field of every hash, where it is there.
    pub fn rename_fields(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) {
        columns::rename_fields(from.as_ref(), to.as_ref());
    }

    /// Removes a field of every hash, where it is there.
    pub fn remove_fields(&self, name: impl AsRef<[u8]>) {
        columns::remove_fields(name.as_ref());
    }

    /// Returns the whole values, of whatever kind.
    pub fn values(&self) -> Vec<Value> {
        columns::values()
    }

    /// Sets whole values; `None` leaves a record alone.
    #[track_caller]
    pub fn set_values(&self, values: &[Option<Value>]) {
        self.check(values);
        columns::set_values(List::of(values.iter().map(Option::as_ref)));
    }

    /// Asks for keys to be renamed; `None` leaves a record alone. Needs the capability `write` on the new keys.
    #[track_caller]
    pub fn rename<T: AsRef<[u8]>>(&self, keys: &[Option<T>]) {
        columns::rename(self.bytes(keys));
    }

    /// Asks for the keys to be deleted for which it says so.
    #[track_caller]
    pub fn delete(&self, which: &[bool]) {
        self.check(which);
        columns::delete(List::of(which.iter().copied()));
    }

    #[track_caller]
    fn bytes<'v, T: AsRef<[u8]>>(&self, values: &'v [Option<T>]) -> List<Option<&'v [u8]>> {
        self.check(values);
        List::of(values.iter().map(|value| value.as_ref().map(T::as_ref)))
    }

    #[track_caller]
    fn check<T>(&self, column: &[T]) {
        let (places, records) = (column.len(), self.len());
        assert!(
            places == records,
            "the column has {places} places and the batch {records} records"
        );
    }

    #[track_caller]
    fn number(&self, place: usize) -> u32 {
        let found = u32::try_from(place)
            .ok()
            .filter(|place| *place < self.count);
        let Some(found) = found else {
            panic!("there is no record {place} in a batch of {}", self.count);
        };
        self.first + found
    }
}
