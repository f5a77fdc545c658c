//! A record that goes through several transforms, one after the other, and is written once.
//!
//! Each of them sees what it would see if all before it had been written: a record without edits, under the key that the
//! one before gave it. What it edits is taken over into the record as it was read.

use bytes::Bytes;

use super::{Entry, Record};
use crate::value::Value;

impl Record {
    /// Makes a record that stands for none: to be put where one is taken from.
    pub fn vacant() -> Self {
        Self::new(Entry {
            key: Bytes::new(),
            value: vacant(),
            expires_at: None,
        })
    }

    /// Moves what the edits so far make of the record into one without edits. Until [`Record::absorb`] brings it back, this
    /// one has no value.
    #[must_use]
    pub fn onward(&mut self) -> Self {
        let key = self.renamed().unwrap_or(&self.key).clone();
        Self::new(Entry {
            key,
            value: std::mem::replace(&mut self.value, vacant()),
            expires_at: self.expires_at,
        })
    }

    /// Takes over the edits of what [`Record::onward`] made and another transform edited since, as if both had been written.
    ///
    /// A key that was emitted and is removed now is not written at all; one that was removed and is emitted now is written.
    /// A key that both emit is written as the later one says if `overwrite`; otherwise the later one had found it there, and
    /// the key is returned as an error.
    pub fn absorb(&mut self, later: Self, overwrite: bool) -> Result<(), Bytes> {
        let Self {
            key,
            value,
            expires_at,
            value_touched,
            expiry_touched,
            deleted,
            others,
        } = later;
        self.value = value;
        self.value_touched |= value_touched;
        if expiry_touched {
            self.set_expires_at(expires_at);
        }
        self.deleted |= deleted;
        let Some(others) = others else {
            return Ok(());
        };
        if let Some(to) = others.renamed.filter(|to| *to != key) {
            self.rename(to);
        }
        for entry in others.emitted {
            self.emit_later(entry, overwrite)?;
        }
        for key in others.removed {
            self.remove_later(key);
        }
        Ok(())
    }

    fn emit_later(&mut self, entry: Entry, overwrite: bool) -> Result<(), Bytes> {
        let others = self.others_mut();
        others.removed.retain(|removed| *removed != entry.key);
        let known = others.emitted.iter_mut().find(|one| one.key == entry.key);
        match known {
            None => others.emitted.push(entry),
            Some(known) if overwrite => *known = entry,
            Some(_) => return Err(entry.key),
        }
        Ok(())
    }

    fn remove_later(&mut self, key: Bytes) {
        let others = self.others_mut();
        let before = others.emitted.len();
        others.emitted.retain(|entry| entry.key != key);
        let is_new = others.emitted.len() == before && !others.removed.contains(&key);
        if is_new {
            others.removed.push(key);
        }
    }

    /// Gives a transform that is called for the way back what the record was before the way there.
    pub fn set_origin(&mut self, origin: Entry) {
        self.others_mut().origin = Some(Box::new(origin));
    }

    /// Returns what the record was before the way there, if that is known; only on the way back.
    pub fn origin(&self) -> Option<&Entry> {
        self.others.as_ref()?.origin.as_deref()
    }
}

fn vacant() -> Value {
    Value::Text(Bytes::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &'static str, value: &'static str) -> Entry {
        Entry {
            key: Bytes::from(key),
            value: Value::Text(Bytes::from(value)),
            expires_at: None,
        }
    }

    fn then(record: &mut Record, overwrite: bool, edit: impl Fn(&mut Record)) -> Result<(), Bytes> {
        let mut next = record.onward();
        edit(&mut next);
        record.absorb(next, overwrite)
    }

    #[test]
    fn a_later_transform_sees_what_the_one_before_made_and_no_edit_of_it() {
        let mut record = Record::new(entry("a", "1"));
        *record.value_mut() = Value::Text(Bytes::from("2"));
        record.rename(Bytes::from("b"));
        record.set_expires_at(Some(5));
        record.emit(entry("x", ""));
        let next = record.onward();
        assert_eq!(next.key(), "b");
        assert_eq!(next.value(), &Value::Text(Bytes::from("2")));
        assert_eq!(next.expires_at(), Some(5));
        assert!(!next.is_touched());
        record.absorb(next, false).expect("it edits nothing");
        assert_eq!(record.value(), &Value::Text(Bytes::from("2")));
        assert_eq!(record.renamed().map(|to| &to[..]), Some(&b"b"[..]));
    }

    #[test]
    fn what_was_untouched_stays_untouched() {
        let mut record = Record::new(entry("a", "1"));
        then(&mut record, false, |_| {}).expect("it edits nothing");
        assert!(!record.is_touched());
        assert_eq!(record.value(), &Value::Text(Bytes::from("1")));
    }

    #[test]
    fn the_last_name_counts_and_the_first_name_is_no_rename() {
        let mut record = Record::new(entry("a", "1"));
        record.rename(Bytes::from("b"));
        then(&mut record, false, |next| next.rename(Bytes::from("c"))).expect("no key is emitted");
        assert_eq!(record.renamed().map(|to| &to[..]), Some(&b"c"[..]));
        then(&mut record, false, |next| next.rename(Bytes::from("a"))).expect("no key is emitted");
        assert_eq!(record.renamed(), None);
        assert_eq!(record.onward().key(), "a");
    }

    #[test]
    fn emitted_and_removed_keys_are_as_if_each_had_been_written() {
        let mut record = Record::new(entry("a", "1"));
        record.emit(entry("x", "1"));
        record.emit(entry("y", "1"));
        record.remove(Bytes::from("z"));
        then(&mut record, false, |next| {
            next.remove(Bytes::from("x"));
            next.remove(Bytes::from("z"));
            next.emit(entry("w", "2"));
        })
        .expect("no key is emitted twice");
        let emitted: Vec<&[u8]> = record.emitted().iter().map(|one| &one.key[..]).collect();
        assert_eq!(emitted, [&b"y"[..], b"w"]);
        assert_eq!(record.removed(), [Bytes::from("z")]);
        then(&mut record, false, |next| next.emit(entry("z", "3"))).expect("it was removed");
        assert!(record.removed().is_empty());
        let twice = then(&mut record, false, |next| next.emit(entry("y", "3")));
        assert_eq!(twice, Err(Bytes::from("y")));
        then(&mut record, true, |next| next.emit(entry("y", "4"))).expect("it may be replaced");
        let y = record.emitted().iter().find(|one| one.key == "y");
        assert_eq!(y, Some(&entry("y", "4")));
    }

    #[test]
    fn a_deleted_record_stays_deleted() {
        let mut record = Record::new(entry("a", "1"));
        record.delete();
        then(&mut record, false, |_| {}).expect("it edits nothing");
        assert!(record.is_deleted());
    }
}
