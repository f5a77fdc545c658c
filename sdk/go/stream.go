// Records that hold a stream.

package remold

import (
	"cmp"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Stream is the entries of a record that holds a stream. Groups, consumers and what is pending stay as they are. Every
// method fails with CodeWrongKind on another kind.
type Stream struct{ h recordHandle }

// StreamID is the id of a stream's entry.
type StreamID struct {
	// Ms is the first half, Unix milliseconds by default.
	Ms uint64
	// Seq is a number within the millisecond.
	Seq uint64
}

// String returns the id as Redis writes it, "ms-seq".
func (id StreamID) String() string {
	return strconv.FormatUint(id.Ms, 10) + "-" + strconv.FormatUint(id.Seq, 10)
}

// Compare returns -1 if the id is smaller than the other one, 0 if they are the same, and +1 if it is larger.
func (id StreamID) Compare(other StreamID) int {
	return cmp.Or(cmp.Compare(id.Ms, other.Ms), cmp.Compare(id.Seq, other.Seq))
}

// ParseStreamID reads an id of the form "ms-seq".
func ParseStreamID(text string) (StreamID, error) {
	first, second, both := strings.Cut(text, "-")
	ms, msErr := strconv.ParseUint(first, 10, 64)
	seq, seqErr := strconv.ParseUint(second, 10, 64)
	if !both || msErr != nil || seqErr != nil {
		message := strconv.Quote(text) + " is not a stream id of the form milliseconds-sequence"
		return StreamID{}, refusal(CodeInvalidArgument, message)
	}
	return StreamID{Ms: ms, Seq: seq}, nil
}

// StreamField is a field of a stream's entry. A name may occur more than once.
type StreamField struct {
	// Name is the field's name.
	Name []byte
	// Value is its value.
	Value []byte
}

// NewStreamField returns a field of a stream's entry.
func NewStreamField(name, value string) StreamField {
	return StreamField{Name: []byte(name), Value: []byte(value)}
}

// StreamEntry is an entry of a stream.
type StreamEntry struct {
	// ID is the entry's id.
	ID StreamID
	// Fields are its fields, at least one.
	Fields []StreamField
}

// StreamGroup is a consumer group of a stream.
type StreamGroup struct {
	// Name is the group's name.
	Name []byte
	// LastID is the last id that was delivered to it.
	LastID StreamID
	// Pending is how many entries were delivered and not acknowledged.
	Pending uint64
	// Consumers is how many consumers it knows.
	Consumers uint64
}

// Len returns the number of entries.
func (s Stream) Len() (int, error) { return s.h.streamLen() }

// LastID returns the last id that was given out.
func (s Stream) LastID() (StreamID, error) { return s.h.streamLastID() }

// IDs walks the ids of the entries; see [Stream.Entries].
func (s Stream) IDs() iter.Seq2[StreamID, error] { return pages(s.h.streamIDs) }

// Entries walks the entries in ascending order of their ids. The host is asked for a page at a time, so entries should not be
// removed on the way. After an error there are no more entries.
func (s Stream) Entries() iter.Seq2[StreamEntry, error] { return pages(s.h.streamEntries) }

// Get returns the fields of an entry, and whether there is such an entry.
func (s Stream) Get(id StreamID) (fields []StreamField, found bool, err error) {
	return s.h.streamGet(id)
}

// Field returns the first field of this name of an entry, and whether there is one. It fails with CodeNotText if it is not
// UTF-8.
func (s Stream) Field(id StreamID, name string) (value string, found bool, err error) {
	value, found, err = s.h.streamField(id, name)
	if err == nil && !utf8.ValidString(value) {
		return "", false, notText("the field " + strconv.Quote(name) + " of the entry " + id.String())
	}
	return value, found, err
}

// FieldBytes returns the first field of this name of an entry as bytes, and whether there is one.
func (s Stream) FieldBytes(id StreamID, name string) (value []byte, found bool, err error) {
	text, found, err := s.h.streamField(id, name)
	if err != nil || !found {
		return nil, false, err
	}
	return []byte(text), true, nil
}

// Set replaces the fields of an entry, which keeps its id and what is pending of it. It fails if there is no such entry, and
// without a field.
func (s Stream) Set(id StreamID, fields ...StreamField) error { return s.h.streamSet(id, fields) }

// SetField sets a field of an entry, at the end if it is new. It fails if there is no such entry.
func (s Stream) SetField(id StreamID, name, value string) error {
	return s.h.streamSetField(id, name, value)
}

// RenameField renames the fields of this name of an entry. It fails if there is no such entry.
func (s Stream) RenameField(id StreamID, from, to string) error {
	return s.h.streamRenameField(id, from, to)
}

// RemoveField removes the fields of this name of an entry. It fails if there is no such entry, or no field would be left.
func (s Stream) RemoveField(id StreamID, name string) error { return s.h.streamRemoveField(id, name) }

// Add adds an entry at the end. It fails unless its id is larger than the last one.
func (s Stream) Add(id StreamID, fields ...StreamField) error { return s.h.streamAdd(id, fields) }

// Remove removes an entry, if it is there. Groups keep what is pending of it, as with XDEL.
func (s Stream) Remove(id StreamID) error { return s.h.streamRemove(id) }

// Groups returns the consumer groups.
func (s Stream) Groups() ([]StreamGroup, error) { return s.h.streamGroups() }
