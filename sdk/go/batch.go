// The whole batch at once: columns.

package remold

import (
	"iter"
	"strconv"
	"time"
	"unicode/utf8"
)

// Batch is all records of a call at once. A column has a place for each record, in order; one of another length makes the
// method that it is given to panic. What cannot be done for a record fails that record alone, whatever else the transform
// says of it: a value of another kind, bytes that are no text, a key that no capability grants.
type Batch struct {
	Run
	h     batchHandle
	count int
}

// Len returns the number of records.
func (b *Batch) Len() int { return b.count }

// Record returns a record by its place in the batch.
func (b *Batch) Record(i int) *Record {
	b.check(i)
	return &Record{Run: b.Run, h: b.h.record(i)}
}

// Records walks the records with their places.
func (b *Batch) Records() iter.Seq2[int, *Record] {
	return func(yield func(int, *Record) bool) {
		for i := range b.count {
			if !yield(i, b.Record(i)) {
				return
			}
		}
	}
}

// Skip says that a record is none of this transform's business; its edits are dropped.
func (b *Batch) Skip(i int, reason string) { b.Fail(i, Skip(reason)) }

// Reject says that a record should have been transformed and cannot be; it goes to the quarantine. The code is a short word
// for counting.
func (b *Batch) Reject(i int, code, message string) { b.Fail(i, Reject(code, message)) }

// Fail says that a record's transform ended with an error, which may be one of [Skip] or [Reject].
func (b *Batch) Fail(i int, err error) {
	b.check(i)
	settle(b.h.record(i), err)
}

// Keys returns the keys; none where a key is not UTF-8, which fails that record.
func (b *Batch) Keys() []Optional[string] { return b.h.keysText() }

// KeysBytes returns the keys as bytes.
func (b *Batch) KeysBytes() [][]byte { return b.h.keys() }

// Kinds returns the kinds of the values.
func (b *Batch) Kinds() []Kind { return b.h.kinds() }

// Expiries returns when the keys expire, to the millisecond; the zero time where one does not.
func (b *Batch) Expiries() []time.Time {
	column := make([]time.Time, b.count)
	for i, at := range b.h.expiries() {
		column[i] = timeOf(at)
	}
	return column
}

// SetExpiries sets when the keys expire, cut to the millisecond; the zero time makes one persistent.
func (b *Batch) SetExpiries(at []time.Time) {
	b.checkLen(len(at))
	column := make([]Optional[uint64], len(at))
	for i, at := range at {
		column[i] = millisOf(at)
	}
	b.h.setExpiries(column)
}

// Texts returns the values of text records; none where one is not UTF-8, which fails that record.
func (b *Batch) Texts() []Optional[string] { return b.h.textsText() }

// TextsBytes returns the values of text records as bytes.
func (b *Batch) TextsBytes() []Optional[[]byte] { return b.h.texts() }

// SetTexts sets the values of text records; none leaves a record alone.
func (b *Batch) SetTexts(values []Optional[string]) {
	b.checkLen(len(values))
	b.h.setTexts(values)
}

// Fields returns a field of every hash; none where there is no such field, and where it is not UTF-8, which fails that record.
// The name has to be UTF-8.
func (b *Batch) Fields(name string) []Optional[string] {
	if !utf8.ValidString(name) {
		panic("remold: the name of a column is not UTF-8 text; read it by FieldsBytes")
	}
	return b.h.fieldsText(name)
}

// FieldsBytes returns a field of every hash as bytes; none where there is no such field.
func (b *Batch) FieldsBytes(name string) []Optional[[]byte] { return b.h.fields(name) }

// SetFields sets a field of every hash, which keeps its own expiry; none leaves a record's field alone.
func (b *Batch) SetFields(name string, values []Optional[string]) {
	b.checkLen(len(values))
	b.h.setFields(name, values)
}

// RenameFields renames a field of every hash, where it is there.
func (b *Batch) RenameFields(from, to string) { b.h.renameFields(from, to) }

// RemoveFields removes a field of every hash, where it is there.
func (b *Batch) RemoveFields(name string) { b.h.removeFields(name) }

// Values returns the whole values, of whatever kind.
func (b *Batch) Values() []Value { return b.h.values() }

// SetValues sets whole values; nil leaves a record alone.
func (b *Batch) SetValues(values []Value) {
	b.checkLen(len(values))
	b.h.setValues(values)
}

// Rename asks for keys to be renamed; none leaves a record alone. It needs the capability write on the new keys.
func (b *Batch) Rename(keys []Optional[string]) {
	b.checkLen(len(keys))
	b.h.rename(keys)
}

// Delete asks for the keys to be deleted for which it says so.
func (b *Batch) Delete(which []bool) {
	b.checkLen(len(which))
	b.h.delete(which)
}

func (b *Batch) check(i int) {
	if i < 0 || i >= b.count {
		panic("remold: record " + strconv.Itoa(i) + " of a batch of " + strconv.Itoa(b.count))
	}
}

func (b *Batch) checkLen(length int) {
	if length != b.count {
		panic("remold: a column of " + strconv.Itoa(length) + " for a batch of " + strconv.Itoa(b.count))
	}
}
