// Whole values: for a change of kind, and for keys that are emitted.

package remold

import (
	"slices"
	"time"
)

// Value is a whole value: a [TextValue], [ListValue], [SetValue], [SortedSetValue], [HashValue], [StreamValue] or
// [OpaqueValue].
type Value interface {
	// Kind returns the kind of the value.
	Kind() Kind
	sealed()
}

// TextValue is a string: any bytes.
type TextValue []byte

// ListValue is a list, head first.
type ListValue [][]byte

// SetValue is a set; the order carries no meaning. No member occurs twice.
type SetValue [][]byte

// SortedSetValue is a sorted set; the order carries no meaning. No member occurs twice.
type SortedSetValue []Scored

// HashValue is a hash; the order carries no meaning. No name occurs twice.
type HashValue []HashField

// StreamValue is a stream that is made anew, without consumer groups.
type StreamValue struct {
	// Entries are in ascending order of their ids.
	Entries []StreamEntry
	// LastID is the last id that was given out, at least that of the last entry.
	LastID StreamID
}

// OpaqueValue is a value that cannot be looked into.
type OpaqueValue struct {
	// TypeID is the type byte of the serialised form.
	TypeID uint8
	// Module is the module's name for the type; empty if it is no module's.
	Module string
	// Bytes is the serialised object behind the type byte.
	Bytes []byte
}

// HashField is a field of a hash.
type HashField struct {
	// Name is the field's name.
	Name []byte
	// Value is its value.
	Value []byte
	// ExpiresAt is when it expires, to the millisecond; the zero time if it does not.
	ExpiresAt time.Time
}

// Scored is a member of a sorted set with its score.
type Scored struct {
	// Member is the member.
	Member []byte
	// Score is the score, never NaN.
	Score float64
}

// Entry is a key with its value and expiry.
type Entry struct {
	// Key is the key: any bytes.
	Key string
	// Value is its value.
	Value Value
	// ExpiresAt is when it expires, to the millisecond; the zero time if it does not.
	ExpiresAt time.Time
}

// Kind returns KindText.
func (TextValue) Kind() Kind { return KindText }

// Kind returns KindList.
func (ListValue) Kind() Kind { return KindList }

// Kind returns KindSet.
func (SetValue) Kind() Kind { return KindSet }

// Kind returns KindSortedSet.
func (SortedSetValue) Kind() Kind { return KindSortedSet }

// Kind returns KindHash.
func (HashValue) Kind() Kind { return KindHash }

// Kind returns KindStream.
func (StreamValue) Kind() Kind { return KindStream }

// Kind returns KindOpaque.
func (OpaqueValue) Kind() Kind { return KindOpaque }

func (TextValue) sealed()      {}
func (ListValue) sealed()      {}
func (SetValue) sealed()       {}
func (SortedSetValue) sealed() {}
func (HashValue) sealed()      {}
func (StreamValue) sealed()    {}
func (OpaqueValue) sealed()    {}

// TextOf returns a text value.
func TextOf(text string) TextValue {
	return TextValue(text)
}

// ListOf returns a list of items, head first.
func ListOf(items ...string) ListValue {
	return ListValue(manyBytes(items))
}

// SetOf returns a set of members.
func SetOf(members ...string) SetValue {
	return SetValue(manyBytes(members))
}

// SortedSetOf returns a sorted set of members with their scores.
func SortedSetOf(scores map[string]float64) SortedSetValue {
	names := sortedNames(scores)
	value := make(SortedSetValue, len(names))
	for i, member := range manyBytes(names) {
		value[i] = Scored{Member: member, Score: scores[names[i]]}
	}
	return value
}

// HashOf returns a hash of fields that do not expire.
func HashOf(fields map[string]string) HashValue {
	names := sortedNames(fields)
	texts := make([]string, 0, 2*len(names))
	for _, name := range names {
		texts = append(texts, name, fields[name])
	}
	bytes := manyBytes(texts)
	value := make(HashValue, len(names))
	for i := range value {
		value[i] = HashField{Name: bytes[2*i], Value: bytes[2*i+1]}
	}
	return value
}

// sortedNames returns the keys of a map in order.
func sortedNames[T any](named map[string]T) []string {
	names := make([]string, 0, len(named))
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// manyBytes makes bytes of texts, all in one piece of memory.
func manyBytes(texts []string) [][]byte {
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	memory := make([]byte, 0, size)
	many := make([][]byte, len(texts))
	for i, text := range texts {
		start := len(memory)
		memory = append(memory, text...)
		many[i] = memory[start:len(memory):len(memory)]
	}
	return many
}
